@400000006af1255e11f86f13 new msg 4711
@400000006af1255e11f8e5e2 info msg 4711: bytes 788 from <peggy5@example.jp> qp 982 uid 89
@400000006af1255e11f95b20 starting delivery 212: msg 4711 to remote mallory57@example.net
@400000006af1255e11f9cead status: local 0/10 remote 1/20
@400000006af1255e11fa4549 starting delivery 213: msg 4711 to remote hashimoto53@d22.example
@400000006af1255e11fabaa5 status: local 0/10 remote 2/20
@400000006af1255e31a7b4b7 delivery 212: success: 203.0.113.71_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_1e4b2f4951/
@400000006af1255e31a82926 status: local 0/10 remote 1/20
@400000006af1255e329b923e delivery 213: success: 203.0.113.77_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_67f2307d57/
@400000006af1255e329c080e status: local 0/10 remote 0/20
@400000006af1255e329c7cde end msg 4711
@400000006af14dd001cea704 new msg 4711
@400000006af14dd001cf1c4a info msg 4711: bytes 8837 from <abe74@example.com> qp 983 uid 89
@400000006af14dd001cf901c starting delivery 214: msg 4711 to local branch.example.jp-judy0@branch.example.jp
@400000006af14dd001d00661 status: local 1/10 remote 0/20
@400000006af14dd001d07b72 starting delivery 215: msg 4711 to local branch.example.jp-kobayashi9@branch.example.jp
@400000006af14dd001d0efe2 status: local 2/10 remote 0/20
@400000006af14dd001d16616 starting delivery 216: msg 4711 to local example.jp-peggy0@example.jp
@400000006af14dd001d1dabd status: local 3/10 remote 0/20
@400000006af14dd00462f91e delivery 214: deferral: Timeout_on_maildir_delivery._(#4.3.0)/
@400000006af14dd004636e98 status: local 2/10 remote 0/20
@400000006af14dd007c833f7 delivery 215: deferral: Unable_to_chdir_to_maildir._(#4.2.1)/
@400000006af14dd007c8a998 status: local 1/10 remote 0/20
@400000006af14dd009cb1e3c delivery 216: success: did_1+0+0/
@400000006af14dd009cb9219 status: local 0/10 remote 0/20
@400000006af14e3401cea753 starting delivery 217: msg 4711 to local branch.example.jp-judy0@branch.example.jp
@400000006af14e3401cf1b7a status: local 1/10 remote 0/20
@400000006af14e3401cf910b starting delivery 218: msg 4711 to local branch.example.jp-kobayashi9@branch.example.jp
@400000006af14e3401d0067c status: local 2/10 remote 0/20
@400000006af14e340870d058 delivery 217: success: did_1+0+0/
@400000006af14e3408714652 status: local 1/10 remote 0/20
@400000006af14e340e60e541 delivery 218: deferral: Timeout_on_maildir_delivery._(#4.3.0)/
@400000006af14e340e615a3e status: local 0/10 remote 0/20
@400000006af14f6001cea670 starting delivery 219: msg 4711 to local branch.example.jp-kobayashi9@branch.example.jp
@400000006af14f6001cf1c09 status: local 1/10 remote 0/20
@400000006af14f60132ca352 delivery 219: deferral: Timeout_on_maildir_delivery._(#4.3.0)/
@400000006af14f60132d178d status: local 0/10 remote 0/20
@400000006af150140120a009 new msg 4712
@400000006af150140121145c info msg 4712: bytes 4666 from <yamamoto2@example.jp> qp 984 uid 89
@400000006af1501401218957 starting delivery 220: msg 4712 to remote olivia68@mobile.example
@400000006af150140121fec1 status: local 0/10 remote 1/20
@400000006af150140be3deaa delivery 220: success: 203.0.113.7_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af150140be45548 status: local 0/10 remote 0/20
@400000006af150140be4caab end msg 4712
@400000006af1515401cea74a starting delivery 221: msg 4711 to local branch.example.jp-kobayashi9@branch.example.jp
@400000006af1515401cf1c0f status: local 1/10 remote 0/20
@400000006af15154143c9449 delivery 221: success: did_1+0+0/
@400000006af15154143d080a status: local 0/10 remote 0/20
@400000006af15154143d7de3 end msg 4711
@400000006af16cab39530cdb new msg 4711
@400000006af16cab39538343 info msg 4711: bytes 31846 from <rupert1@example.jp> qp 985 uid 89
@400000006af16cab3953f7fa starting delivery 222: msg 4711 to remote ito14@example.org
@400000006af16cab39546d87 status: local 0/10 remote 1/20
@400000006af16cad17023836 delivery 222: success: 203.0.113.123_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af16cad1702ad66 status: local 0/10 remote 0/20
@400000006af16cad17032173 end msg 4711
@400000006af16e1a1c58c832 new msg 4711
@400000006af16e1a1c593bd0 info msg 4711: bytes 23395 from <grace3@example.jp> qp 986 uid 89
@400000006af16e1a1c59b204 starting delivery 223: msg 4711 to local example.jp-bob11@example.jp
@400000006af16e1a1c5a270c status: local 1/10 remote 0/20
@400000006af16e1a1c5a9b45 starting delivery 224: msg 4711 to remote niaj27@Univ.Example.org
@400000006af16e1a1c5b110b status: local 1/10 remote 1/20
@400000006af16e1a1c5b85ee starting delivery 225: msg 4711 to remote yamada24@example.net
@400000006af16e1a1c5bfba0 status: local 1/10 remote 2/20
@400000006af16e1a1c5c704a starting delivery 226: msg 4711 to remote ito2@example.net
@400000006af16e1a1c5ce53a status: local 1/10 remote 3/20
@400000006af16e1a1c5d5bd9 starting delivery 227: msg 4711 to remote niaj51@mail.example
@400000006af16e1a1c5dd0ea status: local 1/10 remote 4/20
@400000006af16e1a1c5e4608 starting delivery 228: msg 4711 to remote sasaki22@example.com
@400000006af16e1a1c5ebb99 status: local 1/10 remote 5/20
@400000006af16e1a1c5f302e starting delivery 229: msg 4711 to remote bob63@example.net
@400000006af16e1a1c5fa4cd status: local 1/10 remote 6/20
@400000006af16e1a1c601b21 starting delivery 230: msg 4711 to remote yamada40@example.net
@400000006af16e1a1c608e9c status: local 1/10 remote 7/20
@400000006af16e1a1c61043f starting delivery 231: msg 4711 to remote heidi49@example.com
@400000006af16e1a1c6179e3 status: local 1/10 remote 8/20
@400000006af16e1a1c61ef3c starting delivery 232: msg 4711 to remote yoshida53@post.example.net
@400000006af16e1a1c6264d7 status: local 1/10 remote 9/20
@400000006af16e1a1c62da31 starting delivery 233: msg 4711 to remote carol47@example.net
@400000006af16e1a1c634e72 status: local 1/10 remote 10/20
@400000006af16e1a1c63c381 starting delivery 234: msg 4711 to remote ivan90@example.com
@400000006af16e1a1c643878 status: local 1/10 remote 11/20
@400000006af16e1a1c64ae22 starting delivery 235: msg 4711 to remote suzuki12@example.com
@400000006af16e1a1c6523f5 status: local 1/10 remote 12/20
@400000006af16e1a1c659866 starting delivery 236: msg 4711 to remote carol9@d19.example
@400000006af16e1a1c660e57 status: local 1/10 remote 13/20
@400000006af16e1a24fd44f5 delivery 223: success: did_1+0+0/
@400000006af16e1a24fdba0d status: local 0/10 remote 13/20
@400000006af16e1a25dd1b25 delivery 235: success: 203.0.113.63_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_db11d17ce8/
@400000006af16e1a25dd8ed1 status: local 0/10 remote 12/20
@400000006af16e1a2e2dc052 delivery 230: success: 203.0.113.48_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_aa0e2eccdf/
@400000006af16e1a2e2e3500 status: local 0/10 remote 11/20
@400000006af16e1a39e2935a delivery 233: success: 203.0.113.81_accepted_message./Remote_host_said:_250_ok_1795000000_qp_aaa29c2541/
@400000006af16e1a39e308a7 status: local 0/10 remote 10/20
@400000006af16e1b1fc2adbf delivery 224: failure: Sorry,_I_couldn't_find_any_host_named_nohost.example._(#5.1.2)/
@400000006af16e1b1fc322fc status: local 0/10 remote 9/20
@400000006af16e1b36a6d158 delivery 229: success: 203.0.113.71_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_f96d46b3f9/
@400000006af16e1b36a746ec status: local 0/10 remote 8/20
@400000006af16e1c0147beb2 delivery 227: deferral: Sorry,_I_couldn't_find_any_host_by_that_name._(#4.1.2)/
@400000006af16e1c0148352f status: local 0/10 remote 7/20
@400000006af16e1c06243a23 delivery 236: success: 203.0.113.94_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af16e1c0624aea2 status: local 0/10 remote 6/20
@400000006af16e1c118b6192 delivery 228: success: 203.0.113.174_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af16e1c118bd7a3 status: local 0/10 remote 5/20
@400000006af16e1c2740e44e delivery 232: success: 203.0.113.50_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af16e1c27415aaa status: local 0/10 remote 4/20
@400000006af16e1e1e161ee6 delivery 226: success: 203.0.113.153_accepted_message./Remote_host_said:_250_2.6.0_<7e2513bf67@mx.example>_Queued_mail_for_delivery/
@400000006af16e1e1e169424 status: local 0/10 remote 3/20
@400000006af16e1f3263a0f6 delivery 231: success: 203.0.113.132_accepted_message./Remote_host_said:_250_2.6.0_<e96fa9ea16@mx.example>_Queued_mail_for_delivery/
@400000006af16e1f32641673 status: local 0/10 remote 2/20
@400000006af16e2018d006f7 delivery 225: success: 203.0.113.59_accepted_message./Remote_host_said:_250_ok_1795000000_qp_54041d9d72/
@400000006af16e2018d07bba status: local 0/10 remote 1/20
@400000006af16e243b4996dc delivery 234: success: 203.0.113.10_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_8050446df7/
@400000006af16e243b4a0af1 status: local 0/10 remote 0/20
@400000006af16fd31c58c7bf starting delivery 237: msg 4711 to remote niaj51@mail.example
@400000006af16fd31c593cc4 status: local 0/10 remote 1/20
@400000006af16fd6088381ef delivery 237: deferral: System_resources_temporarily_unavailable._(#4.3.0)/
@400000006af16fd60883f712 status: local 0/10 remote 0/20
@400000006af174ab1c58c731 starting delivery 238: msg 4711 to remote niaj51@mail.example
@400000006af174ab1c593d20 status: local 0/10 remote 1/20
@400000006af174ad1aa39d0f delivery 238: success: 203.0.113.82_accepted_message./Remote_host_said:_250_ok_1795000000_qp_9cca78c807/
@400000006af174ad1aa4132a status: local 0/10 remote 0/20
@400000006af174ad1aa48786 bounce msg 4711 qp 987
@400000006af174ad1aa4fce7 end msg 4711
@400000006af174ad1e9aad35 new msg 4711
@400000006af174ad1e9b21e1 info msg 4711: bytes 24295 from <> qp 987 uid 7796
@400000006af174ad1e9b968d starting delivery 239: msg 4711 to local example.jp-grace3@example.jp
@400000006af174ad1e9c0c8d status: local 1/10 remote 0/20
@400000006af174ad213d8dbf delivery 239: failure: Sorry,_no_mailbox_here_by_that_name._vpopmail_(#5.1.1)/
@400000006af174ad213e038c status: local 0/10 remote 0/20
@400000006af174ad213e7993 bounce msg 4711 qp 989
@400000006af174ad213eee14 end msg 4711
@400000006af174ad2f56b813 new msg 4711
@400000006af174ad2f572d85 info msg 4711: bytes 25195 from <#@[]> qp 989 uid 7796
@400000006af174ad2f57a19b starting delivery 240: msg 4711 to local example.jp-tanaka0@example.jp
@400000006af174ad2f581762 status: local 1/10 remote 0/20
@400000006af174ae1143579c delivery 240: success: did_0+0+1/
@400000006af174ae1143cd04 status: local 0/10 remote 0/20
@400000006af174ae114443cb end msg 4711
@400000006af175ee2fc9f041 new msg 4711
@400000006af175ee2fca6448 info msg 4711: bytes 659 from <yoshida4@example.jp> qp 991 uid 89
@400000006af175ee2fcad9e4 starting delivery 241: msg 4711 to remote ivan41@example.com
@400000006af175ee2fcb4ec4 status: local 0/10 remote 1/20
@400000006af175ef08b83189 delivery 241: success: 203.0.113.65_accepted_message./Remote_host_said:_250_2.6.0_<cd5e2f0d7c@mx.example>_Queued_mail_for_delivery/
@400000006af175ef08b8a6ca status: local 0/10 remote 0/20
@400000006af175ef08b91c07 end msg 4711
@400000006af17bd70fa73faf new msg 4711
@400000006af17bd70fa7b59c info msg 4711: bytes 25370 from <sato5@example.jp> qp 994 uid 89
@400000006af17bd70fa82a1e starting delivery 242: msg 4711 to remote sybil18@shop.example
@400000006af17bd70fa89f80 status: local 0/10 remote 1/20
@400000006af17bd8109977fd delivery 242: success: 203.0.113.186_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af17bd81099ecfe status: local 0/10 remote 0/20
@400000006af17bd8109a6260 end msg 4711
@400000006af188913319bb31 new msg 4711
@400000006af18891331a2f12 info msg 4711: bytes 10223 from <olivia16@mobile.example> qp 995 uid 89
@400000006af18891331aa486 starting delivery 243: msg 4711 to local example.jp-judy7@example.jp
@400000006af18891331b1b40 status: local 1/10 remote 0/20
@400000006af188922da7e9a2 delivery 243: success: did_0+0+1/
@400000006af188922da85f00 status: local 0/10 remote 0/20
@400000006af188922da8d54d end msg 4711
@400000006af18ea4178034d4 new msg 4711
@400000006af18ea41780ab5b info msg 4711: bytes 6618 from <yamamoto85@example.com> qp 996 uid 89
@400000006af18ea417812096 starting delivery 244: msg 4711 to local example.jp-abe3@example.jp
@400000006af18ea41781953e status: local 1/10 remote 0/20
@400000006af18ea418db5f8b delivery 244: deferral: File_has_been_locked_for_30_seconds_straight._(#4.3.0)/
@400000006af18ea418dbd55d status: local 0/10 remote 0/20
@400000006af18f0817803539 starting delivery 245: msg 4711 to local example.jp-abe3@example.jp
@400000006af18f081780aa3d status: local 1/10 remote 0/20
@400000006af18f08245341cb delivery 245: deferral: Unable_to_chdir_to_maildir._(#4.2.1)/
@400000006af18f082453b71a status: local 0/10 remote 0/20
@400000006af18fbc27d67504 new msg 4712
@400000006af18fbc27d6eb0e info msg 4712: bytes 1521 from <mallory6@example.jp> qp 999 uid 89
@400000006af18fbc27d7602f starting delivery 246: msg 4712 to remote kato26@example.net
@400000006af18fbc27d7d50b status: local 0/10 remote 1/20
@400000006af18fbd347f1bb2 delivery 246: deferral: Sorry,_I_couldn't_find_any_host_by_that_name._(#4.1.2)/
@400000006af18fbd347f912f status: local 0/10 remote 0/20
@400000006af190001a008e7c new msg 4713
@400000006af190001a01039d info msg 4713: bytes 11926 from <ikeda6@example.jp> qp 1001 uid 89
@400000006af190001a017974 starting delivery 247: msg 4713 to remote peggy66@city.example.com
@400000006af190001a01ef2e status: local 0/10 remote 1/20
@400000006af190001a02636e starting delivery 248: msg 4713 to remote sasaki66@d15.example
@400000006af190001a02d8ae status: local 0/10 remote 2/20
@400000006af190001a034e4d starting delivery 249: msg 4713 to remote frank84@d13.example
@400000006af190001a03c2e5 status: local 0/10 remote 3/20
@400000006af190001a043935 starting delivery 250: msg 4713 to remote kobayashi7@example.net
@400000006af190001a04ae75 status: local 0/10 remote 4/20
@400000006af190001a0522fc starting delivery 251: msg 4713 to remote suzuki80@example.com
@400000006af190001a0597d3 status: local 0/10 remote 5/20
@400000006af190001a060c6c starting delivery 252: msg 4713 to local branch.example.jp-frank7@branch.example.jp
@400000006af190001a068364 status: local 1/10 remote 5/20
@400000006af190001a06f71d starting delivery 253: msg 4713 to remote kobayashi39@shop.example
@400000006af190001a076c7b status: local 1/10 remote 6/20
@400000006af190001a07e2b8 starting delivery 254: msg 4713 to remote sasaki71@example.net
@400000006af190001a085796 status: local 1/10 remote 7/20
@400000006af190001a08cc34 starting delivery 255: msg 4713 to remote nakamura7@example.net
@400000006af190001a0940b6 status: local 1/10 remote 8/20
@400000006af190001a09b751 starting delivery 256: msg 4713 to remote watanabe59@example.com
@400000006af190001a0a2cbe status: local 1/10 remote 9/20
@400000006af1900022643700 delivery 252: success: did_1+0+0/
@400000006af190002264ac39 status: local 0/10 remote 9/20
@400000006af1900025bc86be delivery 251: success: 203.0.113.138_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af1900025bcfb27 status: local 0/10 remote 8/20
@400000006af1900026a14a16 delivery 254: success: 203.0.113.229_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_300db336ee/
@400000006af1900026a1be7c status: local 0/10 remote 7/20
@400000006af1900026b14bcb delivery 253: success: 203.0.113.115_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af1900026b1bf6f status: local 0/10 remote 6/20
@400000006af1900112dedfd0 delivery 247: success: 203.0.113.128_accepted_message./Remote_host_said:_250_ok_1795000000_qp_6d9bfc55ec/
@400000006af1900112df5483 status: local 0/10 remote 5/20
@400000006af190030d5f15bf delivery 249: success: 203.0.113.39_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af190030d5f89d6 status: local 0/10 remote 4/20
@400000006af1900313ab2d95 delivery 248: success: 203.0.113.118_accepted_message./Remote_host_said:_250_2.6.0_<8152f0131f@mx.example>_Queued_mail_for_delivery/
@400000006af1900313aba1c5 status: local 0/10 remote 3/20
@400000006af1900326aafd9e delivery 255: success: 203.0.113.49_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af1900326ab736c status: local 0/10 remote 2/20
@400000006af1900436222d1d delivery 250: success: 203.0.113.71_accepted_message./Remote_host_said:_250_ok_1795000000_qp_9faac9bc05/
@400000006af190043622a173 status: local 0/10 remote 1/20
@400000006af190043a947f6a delivery 256: success: 203.0.113.128_accepted_message./Remote_host_said:_250_ok_1795000000_qp_9cd92b3a7f/
@400000006af190043a94f448 status: local 0/10 remote 0/20
@400000006af190043a9568ee end msg 4713
@400000006af190341780362b starting delivery 257: msg 4711 to local example.jp-abe3@example.jp
@400000006af190341780ab24 status: local 1/10 remote 0/20
@400000006af19034219bf2cd delivery 257: deferral: File_has_been_locked_for_30_seconds_straight._(#4.3.0)/
@400000006af19034219c66e9 status: local 0/10 remote 0/20
@400000006af1917527d67531 starting delivery 258: msg 4712 to remote kato26@example.net
@400000006af1917527d6eb05 status: local 0/10 remote 1/20
@400000006af1917625bf46c5 delivery 258: deferral: 203.0.113.132_failed_on_DATA_command./Remote_host_said:_452_4.2.2_Mailbox_full/
@400000006af1917625bfbae8 status: local 0/10 remote 0/20
@400000006af1922817803605 starting delivery 259: msg 4711 to local example.jp-abe3@example.jp
@400000006af192281780aa67 status: local 1/10 remote 0/20
@400000006af1922818f4ac93 delivery 259: deferral: File_has_been_locked_for_30_seconds_straight._(#4.3.0)/
@400000006af1922818f52161 status: local 0/10 remote 0/20
@400000006af192fd10d1f985 new msg 4713
@400000006af192fd10d26d55 info msg 4713: bytes 3252 from <rupert63@Univ.Example.org> qp 1003 uid 89
@400000006af192fd10d2e31c starting delivery 260: msg 4713 to local example.jp-judy2@example.jp
@400000006af192fd10d357f9 status: local 1/10 remote 0/20
@400000006af192fd254c85fa delivery 260: success: did_1+0+0/
@400000006af192fd254cfb26 status: local 0/10 remote 0/20
@400000006af192fd254d705d end msg 4713
@400000006af194e4178034c8 starting delivery 261: msg 4711 to local example.jp-abe3@example.jp
@400000006af194e41780ab25 status: local 1/10 remote 0/20
@400000006af194e4223d0bdf delivery 261: deferral: Home_directory_is_sticky:_user_is_editing_his_.qmail_file._(#4.2.1)/
@400000006af194e4223d8287 status: local 0/10 remote 0/20
@400000006af195ba30737148 new msg 4713
@400000006af195ba3073e7e3 info msg 4713: bytes 736 from <abe1@branch.example.jp> qp 1005 uid 89
@400000006af195ba30745d01 starting delivery 262: msg 4713 to remote hashimoto42@d29.example
@400000006af195ba3074d0ed status: local 0/10 remote 1/20
@400000006af195bc32ad60f9 delivery 262: success: 203.0.113.180_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_2499e08a92/
@400000006af195bc32add52c status: local 0/10 remote 0/20
@400000006af195bc32ae4ba9 end msg 4713
@400000006af1964d27d676a2 starting delivery 263: msg 4712 to remote kato26@example.net
@400000006af1964d27d6eac0 status: local 0/10 remote 1/20
@400000006af196500f005db6 delivery 263: deferral: Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/
@400000006af196500f00d3ef status: local 0/10 remote 0/20
@400000006af196bb0e056470 new msg 4713
@400000006af196bb0e05d849 info msg 4713: bytes 16255 from <tanaka9@example.jp> qp 1007 uid 89
@400000006af196bb0e064eb3 starting delivery 264: msg 4713 to remote olivia3@mobile.example
@400000006af196bb0e06c402 status: local 0/10 remote 1/20
@400000006af196bb219829a3 delivery 264: success: 203.0.113.221_accepted_message./Remote_host_said:_250_2.6.0_<3bd47e8221@mx.example>_Queued_mail_for_delivery/
@400000006af196bb21989f58 status: local 0/10 remote 0/20
@400000006af196bb2199132a end msg 4713
@400000006af197c336bf6e16 new msg 4713
@400000006af197c336bfe43e info msg 4713: bytes 9195 from <hashimoto4@example.jp> qp 1010 uid 89
@400000006af197c336c0580c starting delivery 265: msg 4713 to remote ivan90@example.com
@400000006af197c336c0ceaf status: local 0/10 remote 1/20
@400000006af197c336c14244 starting delivery 266: msg 4713 to remote frank2@d11.example
@400000006af197c336c1b853 status: local 0/10 remote 2/20
@400000006af197c336c22d0d starting delivery 267: msg 4713 to local example.jp-sybil6@example.jp
@400000006af197c336c2a2ac status: local 1/10 remote 2/20
@400000006af197c422a859ac delivery 266: success: 203.0.113.80_accepted_message./Remote_host_said:_250_ok_1795000000_qp_bcec3414fd/
@400000006af197c422a8ce71 status: local 1/10 remote 1/20
@400000006af197c425127ec0 delivery 265: success: 203.0.113.68_accepted_message./Remote_host_said:_250_ok_1795000000_qp_a2321e2b8a/
@400000006af197c42512f56d status: local 1/10 remote 0/20
@400000006af197c508096b8e delivery 267: success: did_0+0+1/
@400000006af197c50809e08f status: local 0/10 remote 0/20
@400000006af197c5080a55f5 end msg 4713
@400000006af1986817803524 starting delivery 268: msg 4711 to local example.jp-abe3@example.jp
@400000006af198681780aa8b status: local 1/10 remote 0/20
@400000006af1986826dac4e6 delivery 268: success: did_0+0+1/
@400000006af1986826db3a38 status: local 0/10 remote 0/20
@400000006af1986826dbaddd end msg 4711
@400000006af19b632f190383 new msg 4711
@400000006af19b632f19787e info msg 4711: bytes 25871 from <carol0@example.jp> qp 1011 uid 89
@400000006af19b632f19eca4 starting delivery 269: msg 4711 to remote sato20@example.net
@400000006af19b632f1a62ab status: local 0/10 remote 1/20
@400000006af19b632f1ad686 starting delivery 270: msg 4711 to remote mori31@mail.example
@400000006af19b632f1b4c60 status: local 0/10 remote 2/20
@400000006af19b641de6734c delivery 269: failure: 203.0.113.114_does_not_like_recipient./Remote_host_said:_554_5.7.1_Service_unavailable;_Client_host_[192.0.2.1]_blocked_using_rbl.example/Giving_up_on_203.0.113.114./
@400000006af19b641de6e852 status: local 0/10 remote 1/20
@400000006af19b6817828704 delivery 270: success: 203.0.113.150_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_98c5a2454d/
@400000006af19b681782fbbc status: local 0/10 remote 0/20
@400000006af19b681783710e bounce msg 4711 qp 1014
@400000006af19b681783e61d end msg 4711
@400000006af19b6824f85fbe new msg 4711
@400000006af19b6824f8d469 info msg 4711: bytes 26771 from <> qp 1014 uid 7796
@400000006af19b6824f94ad4 starting delivery 271: msg 4711 to local example.jp-carol0@example.jp
@400000006af19b6824f9bea8 status: local 1/10 remote 0/20
@400000006af19b682705a7e3 delivery 271: success: did_1+0+0/
@400000006af19b6827061dda status: local 0/10 remote 0/20
@400000006af19b6827069288 end msg 4711
@400000006af19c3c249d8a0b new msg 4711
@400000006af19c3c249dfe43 info msg 4711: bytes 19060 from <ito34@mail.example> qp 1016 uid 89
@400000006af19c3c249e752e starting delivery 272: msg 4711 to local branch.example.jp-hashimoto5@branch.example.jp
@400000006af19c3c249ee958 status: local 1/10 remote 0/20
@400000006af19c3d0207e9de delivery 272: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af19c3d02086059 status: local 0/10 remote 0/20
@400000006af19c3d0208d418 end msg 4711
@400000006af19d0d1509d238 new msg 4711
@400000006af19d0d150a46e7 info msg 4711: bytes 2485 from <list-return-12-@example.org-@[]> qp 1018 uid 89
@400000006af19d0d150abcbf starting delivery 273: msg 4711 to remote yamada2@example.net
@400000006af19d0d150b32bb status: local 0/10 remote 1/20
@400000006af19d0d3350cf7a delivery 273: success: 203.0.113.122_accepted_message./Remote_host_said:_250_2.6.0_<8d7f84dd80@mx.example>_Queued_mail_for_delivery/
@400000006af19d0d335145ce status: local 0/10 remote 0/20
@400000006af19d0d3351bb37 end msg 4711
@400000006af19e4527d674c0 starting delivery 274: msg 4712 to remote kato26@example.net
@400000006af19e4527d6eb71 status: local 0/10 remote 1/20
@400000006af19e470f9deccf delivery 274: deferral: 203.0.113.157_failed_on_DATA_command./Remote_host_said:_452_4.2.2_Mailbox_full/
@400000006af19e470f9e6262 status: local 0/10 remote 0/20
@400000006af19f9823477aff new msg 4711
@400000006af19f982347f0bf info msg 4711: bytes 924 from <niaj4@post.example.net> qp 1020 uid 89
@400000006af19f9823486604 starting delivery 275: msg 4711 to local example.jp-hashimoto12@example.jp
@400000006af19f982348dadf status: local 1/10 remote 0/20
@400000006af19f9825af8d7f delivery 275: success: did_1+0+0/
@400000006af19f9825b00329 status: local 0/10 remote 0/20
@400000006af19f9825b07878 end msg 4711
@400000006af1a02234ebf598 new msg 4711
@400000006af1a02234ec6b38 info msg 4711: bytes 2130 from <rupert11@example.jp> qp 1023 uid 89
@400000006af1a02234ece0fe starting delivery 276: msg 4711 to remote yamada74@mail.example
@400000006af1a02234ed5667 status: local 0/10 remote 1/20
@400000006af1a0231a5a75d4 delivery 276: success: 203.0.113.124_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_57ee679ce9/
@400000006af1a0231a5aeb8f status: local 0/10 remote 0/20
@400000006af1a0231a5b6146 end msg 4711
@400000006af1a15b0fb9c2d3 new msg 4711
@400000006af1a15b0fba3784 info msg 4711: bytes 24243 from <kobayashi89@example.com> qp 1026 uid 89
@400000006af1a15b0fbaace0 starting delivery 277: msg 4711 to local example.jp-ivan5@example.jp
@400000006af1a15b0fbb2289 status: local 1/10 remote 0/20
@400000006af1a15b17fc4281 delivery 277: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af1a15b17fcb844 status: local 0/10 remote 0/20
@400000006af1a15b17fd2dbc end msg 4711
@400000006af1a15c382cb62f new msg 4711
@400000006af1a15c382d2a72 info msg 4711: bytes 15554 from <frank75@example.com> qp 1029 uid 89
@400000006af1a15c382da06c starting delivery 278: msg 4711 to local example.jp-dave6@example.jp
@400000006af1a15c382e1515 status: local 1/10 remote 0/20
@400000006af1a15d04761488 delivery 278: success: did_1+0+0/
@400000006af1a15d04768895 status: local 0/10 remote 0/20
@400000006af1a15d0476fdd7 end msg 4711
@400000006af1a68823b72cfe new msg 4711
@400000006af1a68823b7a243 info msg 4711: bytes 8009 from <tanaka7@example.jp> qp 1032 uid 89
@400000006af1a68823b81713 starting delivery 279: msg 4711 to remote mori13@mail.example
@400000006af1a68823b88db0 status: local 0/10 remote 1/20
@400000006af1a68823b90158 starting delivery 280: msg 4711 to remote abe41@example.net
@400000006af1a68823b976e0 status: local 0/10 remote 2/20
@400000006af1a68823b9ed67 starting delivery 281: msg 4711 to remote bob81@mail.example
@400000006af1a68823ba625d status: local 0/10 remote 3/20
@400000006af1a6891da7a5c2 delivery 279: success: 203.0.113.117_accepted_message./Remote_host_said:_250_2.6.0_<09229a232a@mx.example>_Queued_mail_for_delivery/
@400000006af1a6891da81b9f status: local 0/10 remote 2/20
@400000006af1a6892bc47936 delivery 280: success: 203.0.113.230_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af1a6892bc4ed06 status: local 0/10 remote 1/20
@400000006af1a6893632ea19 delivery 281: success: 203.0.113.162_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_37f70c0d33/
@400000006af1a68936335ea1 status: local 0/10 remote 0/20
@400000006af1a6893633d45b end msg 4711
@400000006af1a95d27d67565 starting delivery 282: msg 4712 to remote kato26@example.net
@400000006af1a95d27d6ebcd status: local 0/10 remote 1/20
@400000006af1a95e090fb033 delivery 282: deferral: Connected_to_203.0.113.73_but_sender_was_rejected./Remote_host_said:_421_4.7.0_Too_many_connections_from_your_address/
@400000006af1a95e091026f8 status: local 0/10 remote 0/20
@400000006af1b1871caa1376 new msg 4711
@400000006af1b1871caa89a6 info msg 4711: bytes 17316 from <ikeda29@example.com> qp 1034 uid 89
@400000006af1b1871caafeee starting delivery 283: msg 4711 to local example.jp-frank10@example.jp
@400000006af1b1871cab734b status: local 1/10 remote 0/20
@400000006af1b187205a3e65 delivery 283: success: did_1+0+0/
@400000006af1b187205ab3d2 status: local 0/10 remote 0/20
@400000006af1b187205b298f end msg 4711
@400000006af1b43524d97d4a new msg 4711
@400000006af1b43524d9f36f info msg 4711: bytes 52743 from <kato36@d14.example> qp 1037 uid 89
@400000006af1b43524da689a starting delivery 284: msg 4711 to local example.jp-yamamoto2@example.jp
@400000006af1b43524dadd09 status: local 1/10 remote 0/20
@400000006af1b4352acc06aa delivery 284: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af1b4352acc7d37 status: local 0/10 remote 0/20
@400000006af1b4352accf267 end msg 4711
@400000006af1b5d12a4562c3 new msg 4711
@400000006af1b5d12a45d88a info msg 4711: bytes 10395 from <bob22@d11.example> qp 1040 uid 89
@400000006af1b5d12a464c97 starting delivery 285: msg 4711 to local example.jp-abe2@example.jp
@400000006af1b5d12a46c12c status: local 1/10 remote 0/20
@400000006af1b5d208fcdd10 delivery 285: deferral: Timeout_on_maildir_delivery._(#4.3.0)/
@400000006af1b5d208fd50b9 status: local 0/10 remote 0/20
@400000006af1b6352a456298 starting delivery 286: msg 4711 to local example.jp-abe2@example.jp
@400000006af1b6352a45d71b status: local 1/10 remote 0/20
@400000006af1b6352c2159ae delivery 286: deferral: Timeout_on_maildir_delivery._(#4.3.0)/
@400000006af1b6352c21cf9e status: local 0/10 remote 0/20
@400000006af1b7612a4561e3 starting delivery 287: msg 4711 to local example.jp-abe2@example.jp
@400000006af1b7612a45d6d0 status: local 1/10 remote 0/20
@400000006af1b76132961c66 delivery 287: success: did_1+0+0/
@400000006af1b7613296912d status: local 0/10 remote 0/20
@400000006af1b761329704f6 end msg 4711
@400000006af1b79527d67607 starting delivery 288: msg 4712 to remote kato26@example.net
@400000006af1b79527d6ea9c status: local 0/10 remote 1/20
@400000006af1b79712204eb6 delivery 288: success: 203.0.113.30_accepted_message./Remote_host_said:_250_2.6.0_<17dda9243f@mx.example>_Queued_mail_for_delivery/
@400000006af1b7971220c37a status: local 0/10 remote 0/20
@400000006af1b7971221389c end msg 4712
@400000006af1b81a1c655ac3 new msg 4711
@400000006af1b81a1c65ce91 info msg 4711: bytes 4002 from <carol9@example.jp> qp 1041 uid 89
@400000006af1b81a1c664426 starting delivery 289: msg 4711 to remote yamada30@d23.example
@400000006af1b81a1c66b969 status: local 0/10 remote 1/20
@400000006af1b81f03f6d14d delivery 289: success: 203.0.113.52_accepted_message./Remote_host_said:_250_ok_1795000000_qp_7cf9bf9076/
@400000006af1b81f03f747fe status: local 0/10 remote 0/20
@400000006af1b81f03f7bb81 end msg 4711
@400000006af1ba7b08147064 new msg 4711
@400000006af1ba7b0814e589 info msg 4711: bytes 12070 from <ito3@example.jp> qp 1043 uid 89
@400000006af1ba7b08155b58 starting delivery 290: msg 4711 to remote abe93@example.com
@400000006af1ba7b0815cf45 status: local 0/10 remote 1/20
@400000006af1ba7d107b7cf7 delivery 290: success: 203.0.113.201_accepted_message./Remote_host_said:_250_2.6.0_<820bea252f@mx.example>_Queued_mail_for_delivery/
@400000006af1ba7d107bf145 status: local 0/10 remote 0/20
@400000006af1ba7d107c67c9 end msg 4711
@400000006af1bb5017c339fa new msg 4711
@400000006af1bb5017c3af16 info msg 4711: bytes 3512 from <> qp 1045 uid 89
@400000006af1bb5017c424b1 starting delivery 291: msg 4711 to local example.jp-alice10@example.jp
@400000006af1bb5017c499f7 status: local 1/10 remote 0/20
@400000006af1bb50201d693d delivery 291: success: did_0+0+1/
@400000006af1bb50201ddce7 status: local 0/10 remote 0/20
@400000006af1bb50201e5241 end msg 4711
@400000006af1c5b81732f475 new msg 4711
@400000006af1c5b817336996 info msg 4711: bytes 22913 from <kobayashi15@d16.example> qp 1047 uid 89
@400000006af1c5b81733dd93 starting delivery 292: msg 4711 to local branch.example.jp-rupert5@branch.example.jp
@400000006af1c5b81734542f status: local 1/10 remote 0/20
@400000006af1c5b81a67cfea delivery 292: success: did_1+0+0/
@400000006af1c5b81a6844ec status: local 0/10 remote 0/20
@400000006af1c5b81a68bb8b end msg 4711
@400000006af1c61f388872de new msg 4711
@400000006af1c61f3888e7e3 info msg 4711: bytes 10668 from <yamada1@example.jp> qp 1050 uid 89
@400000006af1c61f38895d0a starting delivery 293: msg 4711 to remote abe9@example.com
@400000006af1c61f3889d128 status: local 0/10 remote 1/20
@400000006af1c65d2270ab5d delivery 293: deferral: Connected_to_203.0.113.47_but_connection_died._Possible_duplicate!_(#4.4.2)/
@400000006af1c65d227120a5 status: local 0/10 remote 0/20
@400000006af1c8f8388872ab starting delivery 294: msg 4711 to remote abe9@example.com
@400000006af1c8f83888e810 status: local 0/10 remote 1/20
@400000006af1c8f92443c218 delivery 294: success: 203.0.113.113_accepted_message./Remote_host_said:_250_2.6.0_<09845d0ee9@mx.example>_Queued_mail_for_delivery/
@400000006af1c8f924443792 status: local 0/10 remote 0/20
@400000006af1c8f92444ac5b end msg 4711
@400000006af1ca6623b9d889 new msg 4711
@400000006af1ca6623ba4e17 info msg 4711: bytes 13148 from <watanabe80@example.org> qp 1053 uid 89
@400000006af1ca6623bac3c6 starting delivery 295: msg 4711 to local branch.example.jp-yamada10@branch.example.jp
@400000006af1ca6623bb382d status: local 1/10 remote 0/20
@400000006af1ca6707257c63 delivery 295: deferral: File_has_been_locked_for_30_seconds_straight._(#4.3.0)/
@400000006af1ca670725f289 status: local 0/10 remote 0/20
@400000006af1caca23b9d80c starting delivery 296: msg 4711 to local branch.example.jp-yamada10@branch.example.jp
@400000006af1caca23ba4e8f status: local 1/10 remote 0/20
@400000006af1caca35db00ca delivery 296: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af1caca35db7703 status: local 0/10 remote 0/20
@400000006af1caca35dbeca4 end msg 4711
@400000006af1cae427f1063b new msg 4711
@400000006af1cae427f17aad info msg 4711: bytes 5711 from <niaj4@branch.example.jp> qp 1054 uid 89
@400000006af1cae427f1efe2 starting delivery 297: msg 4711 to remote suzuki72@city.example.com
@400000006af1cae427f26549 status: local 0/10 remote 1/20
@400000006af1cae5091229dc delivery 297: success: 203.0.113.78_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af1cae509129f54 status: local 0/10 remote 0/20
@400000006af1cae509131395 end msg 4711
@400000006af1cd9220b8806b new msg 4711
@400000006af1cd9220b8f4ce info msg 4711: bytes 26200 from <kobayashi12@d27.example> qp 1055 uid 89
@400000006af1cd9220b96934 starting delivery 298: msg 4711 to local example.jp-bob8@example.jp
@400000006af1cd9220b9de9b status: local 1/10 remote 0/20
@400000006af1cd9237c5f174 delivery 298: success: did_0+0+1/
@400000006af1cd9237c666a6 status: local 0/10 remote 0/20
@400000006af1cd9237c6dc3a end msg 4711
@400000006af1ce042939dddb new msg 4711
@400000006af1ce04293a53a6 info msg 4711: bytes 5106 from <tanaka1@example.jp> qp 1056 uid 89
@400000006af1ce04293ac847 starting delivery 299: msg 4711 to remote niaj57@dom-x.example
@400000006af1ce04293b3da4 status: local 0/10 remote 1/20
@400000006af1ce043312cc8e delivery 299: success: 203.0.113.115_accepted_message./Remote_host_said:_250_2.6.0_<fee04dbbe1@mx.example>_Queued_mail_for_delivery/
@400000006af1ce0433134364 status: local 0/10 remote 0/20
@400000006af1ce043313b822 end msg 4711
@400000006af1d1871ca1f8e6 new msg 4711
@400000006af1d1871ca26f7f info msg 4711: bytes 3392 from <sasaki18@mail.example> qp 1059 uid 89
@400000006af1d1871ca2e41b starting delivery 300: msg 4711 to local example.jp-ivan9@example.jp
@400000006af1d1871ca35a1e status: local 1/10 remote 0/20
@400000006af1d18731a1e397 delivery 300: success: did_1+0+0/
@400000006af1d18731a25899 status: local 0/10 remote 0/20
@400000006af1d18731a2ce6b end msg 4711
@400000006af1d36b180bf3b6 new msg 4711
@400000006af1d36b180c68e9 info msg 4711: bytes 4183 from <yoshida9@example.jp> qp 1061 uid 89
@400000006af1d36b180cdd5d starting delivery 301: msg 4711 to remote grace35@d13.example
@400000006af1d36b180d5231 status: local 0/10 remote 1/20
@400000006af1d36b33b365ff delivery 301: success: 203.0.113.14_accepted_message./Remote_host_said:_250_ok_1795000000_qp_145264f980/
@400000006af1d36b33b3db2d status: local 0/10 remote 0/20
@400000006af1d36b33b451cb end msg 4711
@400000006af1d76202ab475d new msg 4711
@400000006af1d76202abbce3 info msg 4711: bytes 3698 from <abe1@branch.example.jp> qp 1063 uid 89
@400000006af1d76202ac323f starting delivery 302: msg 4711 to remote grace16@example.com
@400000006af1d76202aca6cd status: local 0/10 remote 1/20
@400000006af1d76202ad1c7a starting delivery 303: msg 4711 to remote peggy23@Univ.Example.org
@400000006af1d76202ad906a status: local 0/10 remote 2/20
@400000006af1d76322007d1c delivery 303: success: 203.0.113.200_accepted_message./Remote_host_said:_250_ok_1795000000_qp_e278e0cf04/
@400000006af1d7632200f1fd status: local 0/10 remote 1/20
@400000006af1d76524b73bfb delivery 302: success: 203.0.113.189_accepted_message./Remote_host_said:_250_2.6.0_<f180234cad@mx.example>_Queued_mail_for_delivery/
@400000006af1d76524b7b137 status: local 0/10 remote 0/20
@400000006af1d76524b82594 end msg 4711
@400000006af1d83510c67349 new msg 4711
@400000006af1d83510c6e9c6 info msg 4711: bytes 41165 from <judy3@example.net> qp 1064 uid 89
@400000006af1d83510c75ec7 starting delivery 304: msg 4711 to local example.jp-abe2@example.jp
@400000006af1d83510c7d3f9 status: local 1/10 remote 0/20
@400000006af1d83514922a8b delivery 304: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af1d83514929f22 status: local 0/10 remote 0/20
@400000006af1d8351493142a end msg 4711
@400000006af1d8831ffcf385 new msg 4711
@400000006af1d8831ffd6886 info msg 4711: bytes 25776 from <yamada4@example.jp> qp 1065 uid 89
@400000006af1d8831ffdde99 starting delivery 305: msg 4711 to remote erin73@d27.example
@400000006af1d8831ffe5395 status: local 0/10 remote 1/20
@400000006af1d88417f8a59d delivery 305: success: 203.0.113.132_accepted_message./Remote_host_said:_250_ok_1795000000_qp_ac95a1dab3/
@400000006af1d88417f91ac4 status: local 0/10 remote 0/20
@400000006af1d88417f98f05 end msg 4711
@400000006af1d9de0be415f4 new msg 4711
@400000006af1d9de0be48bd5 info msg 4711: bytes 5902 from <sybil4@example.jp> qp 1066 uid 89
@400000006af1d9de0be500cf starting delivery 306: msg 4711 to remote frank27@example.com
@400000006af1d9de0be576a4 status: local 0/10 remote 1/20
@400000006af1d9e1211bc285 delivery 306: success: 203.0.113.7_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af1d9e1211c3809 status: local 0/10 remote 0/20
@400000006af1d9e1211cacff end msg 4711
@400000006af1e23515256d83 new msg 4711
@400000006af1e2351525e13e info msg 4711: bytes 3338 from <ivan3@branch.example.jp> qp 1067 uid 89
@400000006af1e23515265835 starting delivery 307: msg 4711 to remote mori52@example.org
@400000006af1e2351526cbdb status: local 0/10 remote 1/20
@400000006af1e2352716ef4d delivery 307: success: 203.0.113.77_accepted_message./Remote_host_said:_250_2.6.0_<67bab55c90@mx.example>_Queued_mail_for_delivery/
@400000006af1e2352717638e status: local 0/10 remote 0/20
@400000006af1e2352717d99c end msg 4711
@400000006af1e6891c926de3 new msg 4711
@400000006af1e6891c92e183 info msg 4711: bytes 36992 from <niaj9@branch.example.jp> qp 1069 uid 89
@400000006af1e6891c935772 starting delivery 308: msg 4711 to remote peggy41@d18.example
@400000006af1e6891c93cce7 status: local 0/10 remote 1/20
@400000006af1e6891c944245 starting delivery 309: msg 4711 to remote kobayashi56@example.com
@400000006af1e6891c94b796 status: local 0/10 remote 2/20
@400000006af1e6891c952c7f starting delivery 310: msg 4711 to remote frank28@d29.example
@400000006af1e6891c95a1b0 status: local 0/10 remote 3/20
@400000006af1e6891c961638 starting delivery 311: msg 4711 to remote heidi81@d13.example
@400000006af1e6891c968c57 status: local 0/10 remote 4/20
@400000006af1e6891c9701be starting delivery 312: msg 4711 to remote mori60@mobile.example
@400000006af1e6891c97764a status: local 0/10 remote 5/20
@400000006af1e6891c97ea87 starting delivery 313: msg 4711 to remote alice51@example.com
@400000006af1e6891c985fc0 status: local 0/10 remote 6/20
@400000006af1e6891c98d594 starting delivery 314: msg 4711 to local example.jp-grace10@example.jp
@400000006af1e6891c994a9f status: local 1/10 remote 6/20
@400000006af1e6891c99c029 starting delivery 315: msg 4711 to remote dave18@post.example.net
@400000006af1e6891c9a3547 status: local 1/10 remote 7/20
@400000006af1e6891c9aaafb starting delivery 316: msg 4711 to remote alice1@example.org
@400000006af1e6891c9b207b status: local 1/10 remote 8/20
@400000006af1e689286efd19 delivery 308: success: 203.0.113.63_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_28decb2eee/
@400000006af1e689286f724c status: local 1/10 remote 7/20
@400000006af1e68931d1a367 delivery 314: success: did_1+0+0/
@400000006af1e68931d2174f status: local 0/10 remote 7/20
@400000006af1e689391139af delivery 313: success: 203.0.113.168_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af1e6893911afd6 status: local 0/10 remote 6/20
@400000006af1e6893aa2c233 delivery 309: success: 203.0.113.52_accepted_message./Remote_host_said:_250_ok_1795000000_qp_15bb2ebca8/
@400000006af1e6893aa337c7 status: local 0/10 remote 5/20
@400000006af1e68a073aa9dc delivery 312: success: 203.0.113.206_accepted_message./Remote_host_said:_250_2.6.0_<0edb52fcef@mx.example>_Queued_mail_for_delivery/
@400000006af1e68a073b1ef8 status: local 0/10 remote 4/20
@400000006af1e68a0f2acd7a delivery 311: success: 203.0.113.122_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_17348eb917/
@400000006af1e68a0f2b4313 status: local 0/10 remote 3/20
@400000006af1e68a3a9d05d7 delivery 316: success: 203.0.113.236_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_c9c6121347/
@400000006af1e68a3a9d7b73 status: local 0/10 remote 2/20
@400000006af1e68b13b0072c delivery 315: success: 203.0.113.26_accepted_message./Remote_host_said:_250_ok_1795000000_qp_1c58dff570/
@400000006af1e68b13b07cd7 status: local 0/10 remote 1/20
@400000006af1e68b319db1fb delivery 310: success: 203.0.113.214_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af1e68b319e26ed status: local 0/10 remote 0/20
@400000006af1e68b319e9ba8 end msg 4711
@400000006af1e8ad2261e6cb new msg 4711
@400000006af1e8ad22625bc0 info msg 4711: bytes 6689 from <sasaki24@example.org> qp 1070 uid 89
@400000006af1e8ad2262d113 starting delivery 317: msg 4711 to local example.jp-abe5@example.jp
@400000006af1e8ad2263457f status: local 1/10 remote 0/20
@400000006af1e8ad2263bb57 starting delivery 318: msg 4711 to local example.jp-yamada9@example.jp
@400000006af1e8ad22642f46 status: local 2/10 remote 0/20
@400000006af1e8ad2264a52a starting delivery 319: msg 4711 to local example.jp-tanaka9@example.jp
@400000006af1e8ad22651b67 status: local 3/10 remote 0/20
@400000006af1e8ad2265907f starting delivery 320: msg 4711 to local example.jp-erin11@example.jp
@400000006af1e8ad22660491 status: local 4/10 remote 0/20
@400000006af1e8ad22667a50 starting delivery 321: msg 4711 to local example.jp-frank10@example.jp
@400000006af1e8ad2266ef97 status: local 5/10 remote 0/20
@400000006af1e8ad226763ba starting delivery 322: msg 4711 to local example.jp-judy7@example.jp
@400000006af1e8ad2267d8ac status: local 6/10 remote 0/20
@400000006af1e8ad22684f82 starting delivery 323: msg 4711 to local example.jp-dave1@example.jp
@400000006af1e8ad2268c46b status: local 7/10 remote 0/20
@400000006af1e8ad226939b4 starting delivery 324: msg 4711 to local example.jp-mori0@example.jp
@400000006af1e8ad2269aded status: local 8/10 remote 0/20
@400000006af1e8ad226a2415 starting delivery 325: msg 4711 to local example.jp-kobayashi8@example.jp
@400000006af1e8ad226a9985 status: local 9/10 remote 0/20
@400000006af1e8ad226b0e3c starting delivery 326: msg 4711 to local example.jp-kato4@example.jp
@400000006af1e8ad226b8221 status: local 10/10 remote 0/20
@400000006af1e8ad24037c29 delivery 320: success: did_1+0+0/
@400000006af1e8ad2403f23b status: local 9/10 remote 0/20
@400000006af1e8ad2404679c starting delivery 327: msg 4711 to local example.jp-olivia3@example.jp
@400000006af1e8ad2404dc45 status: local 10/10 remote 0/20
@400000006af1e8ad243af3b3 delivery 323: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af1e8ad243b6851 status: local 9/10 remote 0/20
@400000006af1e8ad243bde7b starting delivery 328: msg 4711 to local branch.example.jp-olivia1@branch.example.jp
@400000006af1e8ad243c529e status: local 10/10 remote 0/20
@400000006af1e8ad27d3505c delivery 324: success: did_1+0+0/
@400000006af1e8ad27d3c691 status: local 9/10 remote 0/20
@400000006af1e8ad29399b83 delivery 319: success: did_0+0+1/
@400000006af1e8ad293a10fd status: local 8/10 remote 0/20
@400000006af1e8ad2efb8ed1 delivery 326: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af1e8ad2efc04f5 status: local 7/10 remote 0/20
@400000006af1e8ad322228be delivery 327: success: did_0+0+1/
@400000006af1e8ad32229dc4 status: local 6/10 remote 0/20
@400000006af1e8ad3651ef17 delivery 322: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af1e8ad36526369 status: local 5/10 remote 0/20
@400000006af1e8ad38936321 delivery 328: success: did_1+0+0/
@400000006af1e8ad3893d900 status: local 4/10 remote 0/20
@400000006af1e8ad3b7ba207 delivery 321: success: did_1+0+0/
@400000006af1e8ad3b7c1875 status: local 3/10 remote 0/20
@400000006af1e8ae0299afc5 delivery 318: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af1e8ae029a2499 status: local 2/10 remote 0/20
@400000006af1e8ae08eca7a5 delivery 325: success: did_1+0+0/
@400000006af1e8ae08ed1d58 status: local 1/10 remote 0/20
@400000006af1e8ae2ce27f8d delivery 317: success: did_0+0+1/
@400000006af1e8ae2ce2f3b1 status: local 0/10 remote 0/20
@400000006af1e8ae2ce369c8 end msg 4711
@400000006af1e9931bb15516 new msg 4711
@400000006af1e9931bb1ca1c info msg 4711: bytes 4842 from <olivia5@example.jp> qp 1072 uid 89
@400000006af1e9931bb23f65 starting delivery 329: msg 4711 to remote grace19@d18.example
@400000006af1e9931bb2b49a status: local 0/10 remote 1/20
@400000006af1e99803fa3103 delivery 329: success: 203.0.113.203_accepted_message./Remote_host_said:_250_ok_1795000000_qp_6ec2f9a1bd/
@400000006af1e99803faa577 status: local 0/10 remote 0/20
@400000006af1e99803fb1c4e end msg 4711
@400000006af1e9a93aad941c new msg 4711
@400000006af1e9a93aae090b info msg 4711: bytes 15272 from <grace7@example.jp> qp 1073 uid 89
@400000006af1e9a93aae7eb3 starting delivery 330: msg 4711 to remote nakamura54@d19.example
@400000006af1e9a93aaef428 status: local 0/10 remote 1/20
@400000006af1e9aa1f56f0a7 delivery 330: success: 203.0.113.111_accepted_message./Remote_host_said:_250_2.6.0_<90ef35b166@mx.example>_Queued_mail_for_delivery/
@400000006af1e9aa1f576478 status: local 0/10 remote 0/20
@400000006af1e9aa1f57db2e end msg 4711
@400000006af1ecf80e26f8fd new msg 4711
@400000006af1ecf80e276ec3 info msg 4711: bytes 2278 from <watanabe40@d12.example> qp 1074 uid 89
@400000006af1ecf80e27e43a starting delivery 331: msg 4711 to local example.jp-nakamura0@example.jp
@400000006af1ecf80e28590a status: local 1/10 remote 0/20
@400000006af1ecf8146983fb delivery 331: success: did_1+0+0/
@400000006af1ecf81469f8ed status: local 0/10 remote 0/20
@400000006af1ecf8146a6d87 end msg 4711
@400000006af1f1b602bc4ed7 new msg 4711
@400000006af1f1b602bcc36e info msg 4711: bytes 14181 from <heidi9@example.jp> qp 1075 uid 89
@400000006af1f1b602bd38ce starting delivery 332: msg 4711 to remote ivan60@d23.example
@400000006af1f1b602bdae1f status: local 0/10 remote 1/20
@400000006af1f1bc28e35214 delivery 332: success: 203.0.113.18_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af1f1bc28e3c735 status: local 0/10 remote 0/20
@400000006af1f1bc28e43b44 end msg 4711
@400000006af1f5a40644a6ae new msg 4711
@400000006af1f5a406451b5d info msg 4711: bytes 8739 from <judy8@example.jp> qp 1077 uid 89
@400000006af1f5a406458fd0 starting delivery 333: msg 4711 to remote suzuki70@d24.example
@400000006af1f5a406460662 status: local 0/10 remote 1/20
@400000006af1f5a43048d050 delivery 333: deferral: Connected_to_203.0.113.223_but_sender_was_rejected./Remote_host_said:_421_4.7.0_Too_many_connections_from_your_address/
@400000006af1f5a430494559 status: local 0/10 remote 0/20
@400000006af1f7340644a669 starting delivery 334: msg 4711 to remote suzuki70@d24.example
@400000006af1f73406451aea status: local 0/10 remote 1/20
@400000006af1f735027d26e3 delivery 334: success: 203.0.113.151_accepted_message./Remote_host_said:_250_2.6.0_<2cc373a089@mx.example>_Queued_mail_for_delivery/
@400000006af1f735027d9b3a status: local 0/10 remote 0/20
@400000006af1f735027e1183 end msg 4711
@400000006af1fb08308315e2 new msg 4711
@400000006af1fb0830838b37 info msg 4711: bytes 20334 from <kobayashi2@example.jp> qp 1078 uid 89
@400000006af1fb0830840169 starting delivery 335: msg 4711 to remote rupert75@d23.example
@400000006af1fb08308474ec status: local 0/10 remote 1/20
@400000006af1fb092935235d delivery 335: success: 203.0.113.212_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af1fb092935991d status: local 0/10 remote 0/20
@400000006af1fb0929360d6f end msg 4711
@400000006af1fde9111111b4 new msg 4711
@400000006af1fde91111869f info msg 4711: bytes 26875 from <mallory5@example.jp> qp 1080 uid 89
@400000006af1fde91111fc64 starting delivery 336: msg 4711 to remote dave8@Univ.Example.org
@400000006af1fde91112706b status: local 0/10 remote 1/20
@400000006af1fde91f84e682 delivery 336: success: 203.0.113.166_accepted_message./Remote_host_said:_250_2.6.0_<898a4df7b1@mx.example>_Queued_mail_for_delivery/
@400000006af1fde91f855a76 status: local 0/10 remote 0/20
@400000006af1fde91f85d09b end msg 4711
@400000006af202ed1f1f719b new msg 4711
@400000006af202ed1f1fe6c3 info msg 4711: bytes 11252 from <dave80@mail.example> qp 1081 uid 89
@400000006af202ed1f205c0e starting delivery 337: msg 4711 to local example.jp-kobayashi3@example.jp
@400000006af202ed1f20d0e6 status: local 1/10 remote 0/20
@400000006af202ee0fe07496 delivery 337: success: did_1+0+0/
@400000006af202ee0fe0eaaa status: local 0/10 remote 0/20
@400000006af202ee0fe15e7b end msg 4711
@400000006af204742414c2ec new msg 4711
@400000006af204742415387d info msg 4711: bytes 1119 from <peggy33@example.org> qp 1083 uid 89
@400000006af204742415acd2 starting delivery 338: msg 4711 to local example.jp-kobayashi12@example.jp
@400000006af20474241621e5 status: local 1/10 remote 0/20
@400000006af204742bd679f9 delivery 338: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af204742bd6f019 status: local 0/10 remote 0/20
@400000006af204742bd764ef end msg 4711
@400000006af207230aee8685 new msg 4711
@400000006af207230aeefce6 info msg 4711: bytes 6300 from <yamamoto5@branch.example.jp> qp 1084 uid 89
@400000006af207230aef71b0 starting delivery 339: msg 4711 to remote nakamura85@d21.example
@400000006af207230aefe704 status: local 0/10 remote 1/20
@400000006af207232f4c4b95 delivery 339: success: 203.0.113.231_accepted_message./Remote_host_said:_250_ok_1795000000_qp_6257e32dbb/
@400000006af207232f4cbfff status: local 0/10 remote 0/20
@400000006af207232f4d3578 end msg 4711
@400000006af2079823a926c9 new msg 4711
@400000006af2079823a99bf9 info msg 4711: bytes 17815 from <erin72@example.org> qp 1087 uid 89
@400000006af2079823aa122b starting delivery 340: msg 4711 to local example.jp-mori1@example.jp
@400000006af2079823aa8619 status: local 1/10 remote 0/20
@400000006af2079830a58331 delivery 340: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af2079830a5f6e0 status: local 0/10 remote 0/20
@400000006af2079830a66ddb end msg 4711
@400000006af2108a0067b73e new msg 4711
@400000006af2108a00682cee info msg 4711: bytes 1055 from <hashimoto33@example.org> qp 1090 uid 89
@400000006af2108a0068a26b starting delivery 341: msg 4711 to local example.jp-mallory8@example.jp
@400000006af2108a0069181a status: local 1/10 remote 0/20
@400000006af2108a00698c58 starting delivery 342: msg 4711 to local branch.example.jp-heidi11@branch.example.jp
@400000006af2108a006a014e status: local 2/10 remote 0/20
@400000006af2108a006a7729 starting delivery 343: msg 4711 to local example.jp-yamada4@example.jp
@400000006af2108a006aec97 status: local 3/10 remote 0/20
@400000006af2108a006b614f starting delivery 344: msg 4711 to local example.jp-nakamura3@example.jp
@400000006af2108a006bd5aa status: local 4/10 remote 0/20
@400000006af2108a01dfb535 delivery 344: failure: Sorry,_no_mailbox_here_by_that_name._(#5.1.1)/
@400000006af2108a01e02b90 status: local 3/10 remote 0/20
@400000006af2108a0ca16e41 delivery 341: success: did_0+0+1/
@400000006af2108a0ca1e46e status: local 2/10 remote 0/20
@400000006af2108a0e260fd4 delivery 343: success: did_0+0+1/
@400000006af2108a0e2683be status: local 1/10 remote 0/20
@400000006af2108a24a07382 delivery 342: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af2108a24a0e935 status: local 0/10 remote 0/20
@400000006af2108a24a15ea8 bounce msg 4711 qp 1092
@400000006af2108a24a1d469 end msg 4711
@400000006af2108a2a35abc4 new msg 4711
@400000006af2108a2a362082 info msg 4711: bytes 1955 from <> qp 1092 uid 7796
@400000006af2108a2a36952b starting delivery 345: msg 4711 to remote hashimoto33@example.org
@400000006af2108a2a370a7e status: local 0/10 remote 1/20
@400000006af2108d2eb3e397 delivery 345: success: 203.0.113.126_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af2108d2eb45840 status: local 0/10 remote 0/20
@400000006af2108d2eb4ce77 end msg 4711
@400000006af214f012c749a3 new msg 4711
@400000006af214f012c7bd6d info msg 4711: bytes 7020 from <hashimoto8@example.jp> qp 1095 uid 89
@400000006af214f012c8340e starting delivery 346: msg 4711 to remote peggy63@example.com
@400000006af214f012c8a818 status: local 0/10 remote 1/20
@400000006af214f10afbd03d delivery 346: success: 203.0.113.88_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af214f10afc469e status: local 0/10 remote 0/20
@400000006af214f10afcbc70 end msg 4711
@400000006af21d7932a9657e new msg 4711
@400000006af21d7932a9da0a info msg 4711: bytes 14220 from <mori4@branch.example.jp> qp 1098 uid 89
@400000006af21d7932aa4f79 starting delivery 347: msg 4711 to remote yoshida51@example.org
@400000006af21d7932aac40b status: local 0/10 remote 1/20
@400000006af21d7932ab39ab starting delivery 348: msg 4711 to remote watanabe43@example.com
@400000006af21d7932abae6f status: local 0/10 remote 2/20
@400000006af21d7932ac251e starting delivery 349: msg 4711 to remote olivia63@example.org
@400000006af21d7932ac9987 status: local 0/10 remote 3/20
@400000006af21d7932ad0da7 starting delivery 350: msg 4711 to remote ito3@example.net
@400000006af21d7932ad837d status: local 0/10 remote 4/20
@400000006af21d7932adf8ba starting delivery 351: msg 4711 to remote dave41@example.net
@400000006af21d7932ae6ecc status: local 0/10 remote 5/20
@400000006af21d7932aee2dd starting delivery 352: msg 4711 to remote ito73@d17.example
@400000006af21d7932af58e7 status: local 0/10 remote 6/20
@400000006af21d7932afccd1 starting delivery 353: msg 4711 to remote yamada91@mail.example
@400000006af21d7932b04380 status: local 0/10 remote 7/20
@400000006af21d7932b0b8ac starting delivery 354: msg 4711 to local branch.example.jp-abe1@branch.example.jp
@400000006af21d7932b12cfe status: local 1/10 remote 7/20
@400000006af21d7932b1a172 starting delivery 355: msg 4711 to remote tanaka32@example.com
@400000006af21d7932b217dd status: local 1/10 remote 8/20
@400000006af21d7932b28c06 starting delivery 356: msg 4711 to remote bob37@mobile.example
@400000006af21d7932b30291 status: local 1/10 remote 9/20
@400000006af21d7932b37675 starting delivery 357: msg 4711 to remote mallory54@example.com
@400000006af21d7932b3eb60 status: local 1/10 remote 10/20
@400000006af21d79379ea6c9 delivery 354: success: did_1+0+0/
@400000006af21d79379f1be9 status: local 0/10 remote 10/20
@400000006af21d7a01a129b8 delivery 355: success: 203.0.113.139_accepted_message./Remote_host_said:_250_2.6.0_<67c62d584d@mx.example>_Queued_mail_for_delivery/
@400000006af21d7a01a19fee status: local 0/10 remote 9/20
@400000006af21d7a0b452746 delivery 353: success: 203.0.113.189_accepted_message./Remote_host_said:_250_2.6.0_<49d689f2cc@mx.example>_Queued_mail_for_delivery/
@400000006af21d7a0b459b00 status: local 0/10 remote 8/20
@400000006af21d7a170a41a1 delivery 348: success: 203.0.113.30_accepted_message./Remote_host_said:_250_ok_1795000000_qp_e9b8a6b69c/
@400000006af21d7a170ab65c status: local 0/10 remote 7/20
@400000006af21d7a1e8a7811 delivery 349: success: 203.0.113.197_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af21d7a1e8aed5e status: local 0/10 remote 6/20
@400000006af21d7a247a65b9 delivery 356: success: 203.0.113.136_accepted_message./Remote_host_said:_250_2.6.0_<1099469e3a@mx.example>_Queued_mail_for_delivery/
@400000006af21d7a247adb84 status: local 0/10 remote 5/20
@400000006af21d7b0e48c50a delivery 347: success: 203.0.113.159_accepted_message./Remote_host_said:_250_2.6.0_<a1b27179a6@mx.example>_Queued_mail_for_delivery/
@400000006af21d7b0e493bb2 status: local 0/10 remote 4/20
@400000006af21d7b0ec02cde delivery 350: success: 203.0.113.226_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_1358086a48/
@400000006af21d7b0ec0a229 status: local 0/10 remote 3/20
@400000006af21d7b152c1023 delivery 352: success: 203.0.113.225_accepted_message./Remote_host_said:_250_2.6.0_<11cebe1d49@mx.example>_Queued_mail_for_delivery/
@400000006af21d7b152c851a status: local 0/10 remote 2/20
@400000006af21d7b16a80568 delivery 351: success: 203.0.113.56_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af21d7b16a87ad8 status: local 0/10 remote 1/20
@400000006af21d7c37d8d0ca delivery 357: success: 203.0.113.110_accepted_message./Remote_host_said:_250_2.6.0_<907e83079f@mx.example>_Queued_mail_for_delivery/
@400000006af21d7c37d945c5 status: local 0/10 remote 0/20
@400000006af21d7c37d9bac3 end msg 4711
@400000006af222592bb2aaaf new msg 4711
@400000006af222592bb31fb3 info msg 4711: bytes 28381 from <ivan9@example.jp> qp 1099 uid 89
@400000006af222592bb39510 starting delivery 358: msg 4711 to local example.jp-sasaki10@example.jp
@400000006af222592bb408ba status: local 1/10 remote 0/20
@400000006af22259361ec5d1 delivery 358: success: did_1+0+0/
@400000006af22259361f3a1c status: local 0/10 remote 0/20
@400000006af22259361fb043 end msg 4711
@400000006af2243535a305ee new msg 4711
@400000006af2243535a379d4 info msg 4711: bytes 11793 from <bob90@mail.example> qp 1102 uid 89
@400000006af2243535a3ef84 starting delivery 359: msg 4711 to local example.jp-frank11@example.jp
@400000006af2243535a464ad status: local 1/10 remote 0/20
@400000006af22436067965df delivery 359: success: did_0+0+1/
@400000006af224360679dab7 status: local 0/10 remote 0/20
@400000006af22436067a50a3 end msg 4711
@400000006af226c81546a8ab new msg 4711
@400000006af226c815471d2b info msg 4711: bytes 11720 from <mallory38@example.com> qp 1104 uid 89
@400000006af226c8154792d4 starting delivery 360: msg 4711 to local branch.example.jp-kato1@branch.example.jp
@400000006af226c81548088d status: local 1/10 remote 0/20
@400000006af226c816da7c40 delivery 360: deferral: Unable_to_chdir_to_maildir._(#4.2.1)/
@400000006af226c816daf057 status: local 0/10 remote 0/20
@400000006af2272c1546a7d4 starting delivery 361: msg 4711 to local branch.example.jp-kato1@branch.example.jp
@400000006af2272c15471e14 status: local 1/10 remote 0/20
@400000006af2272c17b2ab88 delivery 361: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af2272c17b32146 status: local 0/10 remote 0/20
