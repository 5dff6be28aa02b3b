/* An event as bytes: a count, then for each field that is set its number and value.  Field numbers are the position
 * in the tables below: append only. */
#include "postmortem/mail/saved_event.h"

#include "postmortem/base/memory.h"

#define TEXT(name) offsetof(struct event, name)
static const size_t text_fields[] = {
    TEXT(host),        TEXT(program),   TEXT(queue_id), TEXT(session),     TEXT(client),
    TEXT(client_name), TEXT(helo),      TEXT(login),    TEXT(auth_method), TEXT(sender),
    TEXT(message_id),  TEXT(recipient), TEXT(domain),   TEXT(relay),       TEXT(status),
    TEXT(reply),       TEXT(link_id),   TEXT(text),     TEXT(recipients),  TEXT(orig_recipient),
    TEXT(relay_ip),    TEXT(stage),     TEXT(proto)};
#undef TEXT
enum { TEXT_FIELDS = sizeof text_fields / sizeof text_fields[0], NUMBER_FIELDS = 40 };

static const struct slice *text_of(const struct event *e, unsigned field)
{
    return (const struct slice *)(const void *)((const char *)e + text_fields[field]);
}

static void numbers_of(const struct event *e, int64_t n[NUMBER_FIELDS])
{
    const int64_t values[NUMBER_FIELDS] = {e->kind,
                                           e->time,
                                           e->printed,
                                           (int64_t)e->place.offset,
                                           (int64_t)e->place.line,
                                           e->place.source,
                                           (int64_t)e->pid,
                                           (int64_t)e->delivery_id,
                                           e->auth,
                                           e->verdict,
                                           e->client_grade,
                                           (int64_t)e->uid,
                                           e->has_uid,
                                           e->has_sender,
                                           (int64_t)e->declared_recipients,
                                           (int64_t)e->size,
                                           e->channel,
                                           e->outcome,
                                           e->final,
                                           e->mangled,
                                           e->code,
                                           e->age_now,
                                           e->age_from,
                                           e->has_age,
                                           e->link,
                                           (int64_t)e->qp,
                                           e->service,
                                           e->running_local,
                                           e->limit_local,
                                           e->running_remote,
                                           e->limit_remote,
                                           e->client_port,
                                           e->relay_port,
                                           e->probe,
                                           e->delay,
                                           e->has_delay,
                                           e->phases.before_queue,
                                           e->phases.in_queue,
                                           e->phases.connect,
                                           e->has_phases ? e->phases.transfer + 1 : 0};
    memcpy(n, values, sizeof values);
}

void event_save(const struct event *e, struct buf *out)
{
    int64_t numbers[NUMBER_FIELDS];
    numbers_of(e, numbers);
    size_t at = out->n;
    unsigned char count = 0;
    buf_byte(out, 0);
    for (unsigned i = 0; i < NUMBER_FIELDS; i++) {
        if (!numbers[i])
            continue;
        buf_byte(out, (char)i);
        buf_signed(out, numbers[i]);
        count++;
    }
    for (unsigned i = 0; i < TEXT_FIELDS; i++) {
        struct slice text = *text_of(e, i);
        if (!text.n)
            continue;
        buf_byte(out, (char)(NUMBER_FIELDS + i));
        buf_count(out, text.n);
        buf_add(out, text);
        count++;
    }
    out->p[at] = (char)count;
}

static void set_numbers(struct event *e, const int64_t n[NUMBER_FIELDS])
{
    e->kind = (enum event_kind)n[0];
    e->time = n[1];
    e->printed = n[2];
    e->place = (struct place){(uint64_t)n[3], (uint64_t)n[4], (uint32_t)n[5]};
    e->pid = (uint64_t)n[6];
    e->delivery_id = (uint64_t)n[7];
    e->auth = (enum verdict)n[8];
    e->verdict = (enum verdict)n[9];
    e->client_grade = (enum join_grade)n[10];
    e->uid = (uint64_t)n[11];
    e->has_uid = n[12] != 0;
    e->has_sender = n[13] != 0;
    e->declared_recipients = (uint64_t)n[14];
    e->size = (uint64_t)n[15];
    e->channel = (enum channel)n[16];
    e->outcome = (enum outcome)n[17];
    e->final = n[18] != 0;
    e->mangled = n[19] != 0;
    e->code = (unsigned)n[20];
    e->age_now = n[21];
    e->age_from = n[22];
    e->has_age = n[23] != 0;
    e->link = (enum link_kind)n[24];
    e->qp = (uint64_t)n[25];
    e->service = (enum service_event)n[26];
    e->running_local = (unsigned)n[27];
    e->limit_local = (unsigned)n[28];
    e->running_remote = (unsigned)n[29];
    e->limit_remote = (unsigned)n[30];
    e->client_port = (unsigned)n[31];
    e->relay_port = (unsigned)n[32];
    e->probe = n[33] != 0;
    e->delay = n[34];
    e->has_delay = n[35] != 0;
    e->has_phases = n[39] != 0;
    e->phases = (struct phases){n[36], n[37], n[38], n[39] ? n[39] - 1 : 0};
}

static bool times_valid(const int64_t n[NUMBER_FIELDS])
{
    for (unsigned i = 34; i < NUMBER_FIELDS; i++) /* spans are bounded as instants are */
        if (!when_valid(n[i]) || n[i] == WHEN_NONE)
            return false;
    return when_valid(n[1]) && when_valid(n[2]) && when_valid(n[21]) && when_valid(n[22]);
}

static bool enums_valid(const int64_t n[NUMBER_FIELDS])
{
    return n[0] >= 0 && n[0] <= EVENT_LOAD && n[8] >= 0 && n[8] <= VERDICT_TIMEOUT && n[9] >= 0 &&
           n[9] <= VERDICT_TIMEOUT && n[10] >= 0 && n[10] <= JOIN_EXACT && n[16] >= 0 &&
           n[16] <= CHANNEL_REMOTE && n[17] >= 0 && n[17] <= OUTCOME_DISCARDED && n[24] >= 0 &&
           n[24] <= LINK_RENAME && n[26] >= 0 && n[26] <= SERVICE_CLOCK_BACK;
}

bool event_load(struct slice *in, struct event *e)
{
    int64_t numbers[NUMBER_FIELDS] = {0};
    struct slice texts[TEXT_FIELDS] = {{0}};
    if (!in->n)
        return false;
    unsigned count = (unsigned char)in->p[0];
    *in = slice_from(*in, 1);
    while (count-- > 0) {
        if (!in->n)
            return false;
        unsigned field = (unsigned char)in->p[0];
        uint64_t n;
        *in = slice_from(*in, 1);
        if (field < NUMBER_FIELDS) {
            if (!load_signed(in, &numbers[field]))
                return false;
            continue;
        }
        if (field >= NUMBER_FIELDS + TEXT_FIELDS || !load_count(in, &n) || n > in->n)
            return false;
        texts[field - NUMBER_FIELDS] = slice_head(*in, (size_t)n);
        *in = slice_from(*in, (size_t)n);
    }
    if (!enums_valid(numbers) || !times_valid(numbers))
        return false;
    mem_clear(e, offsetof(struct event, facts)); /* facts are not saved */
    set_numbers(e, numbers);
    for (unsigned i = 0; i < TEXT_FIELDS; i++)
        memcpy((char *)e + text_fields[i], &texts[i], sizeof texts[i]);
    return true;
}

void place_save(const struct place *p, struct buf *out)
{
    buf_count(out, p->source);
    buf_count(out, p->offset);
    buf_count(out, p->line);
}

bool place_load(struct slice *in, struct place *p, uint32_t sources)
{
    uint64_t source;
    if (!load_count(in, &source) || source >= sources || !load_count(in, &p->offset) ||
        !load_count(in, &p->line))
        return false;
    p->source = (uint32_t)source;
    return true;
}
