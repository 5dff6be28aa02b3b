@400000006af2272c17b394fb end msg 4711
@400000006af2314c353995e3 new msg 4711
@400000006af2314c353a0aa4 info msg 4711: bytes 10329 from <sato5@example.com> qp 1107 uid 89
@400000006af2314c353a7f33 starting delivery 362: msg 4711 to local example.jp-sasaki1@example.jp
@400000006af2314c353af409 status: local 1/10 remote 0/20
@400000006af2314d08d965f4 delivery 362: deferral: Home_directory_is_sticky:_user_is_editing_his_.qmail_file._(#4.2.1)/
@400000006af2314d08d9daeb status: local 0/10 remote 0/20
@400000006af231b0353995eb starting delivery 363: msg 4711 to local example.jp-sasaki1@example.jp
@400000006af231b0353a0a7c status: local 1/10 remote 0/20
@400000006af231b037df07a7 delivery 363: deferral: Uh-oh:_home_directory_is_writable._(#4.7.0)/
@400000006af231b037df7c3b status: local 0/10 remote 0/20
@400000006af231fa121ac450 new msg 4712
@400000006af231fa121b3aaf info msg 4712: bytes 10132 from <> qp 1108 uid 89
@400000006af231fa121bae7d starting delivery 364: msg 4712 to local example.jp-suzuki1@example.jp
@400000006af231fa121c23af status: local 1/10 remote 0/20
@400000006af231fa22837376 delivery 364: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af231fa2283e8a7 status: local 0/10 remote 0/20
@400000006af231fa22845db4 end msg 4712
@400000006af232dc35399525 starting delivery 365: msg 4711 to local example.jp-sasaki1@example.jp
@400000006af232dc353a0a4e status: local 1/10 remote 0/20
@400000006af232dc38d0b5c2 delivery 365: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af232dc38d12bd9 status: local 0/10 remote 0/20
@400000006af232dc38d1a12b end msg 4711
@400000006af24139073753ce new msg 4711
@400000006af241390737c7ca info msg 4711: bytes 11695 from <dave3@branch.example.jp> qp 1109 uid 89
@400000006af2413907383d43 starting delivery 366: msg 4711 to remote sasaki76@example.com
@400000006af241390738b2fc status: local 0/10 remote 1/20
@400000006af2413b09deb192 delivery 366: deferral: Connected_to_203.0.113.145_but_connection_died._Possible_duplicate!_(#4.4.2)/
@400000006af2413b09df2694 status: local 0/10 remote 0/20
@400000006af242f2073753ae starting delivery 367: msg 4711 to remote sasaki76@example.com
@400000006af242f20737c809 status: local 0/10 remote 1/20
@400000006af242f3092617fe delivery 367: success: 203.0.113.92_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_9d1b5282f8/
@400000006af242f309268c20 status: local 0/10 remote 0/20
@400000006af242f3092701e7 end msg 4711
@400000006af2503e10f465ed new msg 4711
@400000006af2503e10f4da00 info msg 4711: bytes 805 from <frank7@branch.example.jp> qp 1111 uid 89
@400000006af2503e10f54f3b starting delivery 368: msg 4711 to remote frank55@example.net
@400000006af2503e10f5c5fd status: local 0/10 remote 1/20
@400000006af2503e33f3274d delivery 368: success: 203.0.113.216_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af2503e33f39cd1 status: local 0/10 remote 0/20
@400000006af2503e33f4115e end msg 4711
@400000006af2563e304306bf new msg 4711
@400000006af2563e30437c9a info msg 4711: bytes 4031 from <ikeda2@example.jp> qp 1114 uid 89
@400000006af2563e3043f2eb starting delivery 369: msg 4711 to remote mori62@example.com
@400000006af2563e30446706 status: local 0/10 remote 1/20
@400000006af2567c0fd9a62a delivery 369: deferral: 203.0.113.85_does_not_like_recipient./Remote_host_said:_451_4.7.1_Greylisting_in_action,_please_come_back_later/Giving_up_on_203.0.113.85./
@400000006af2567c0fda1b53 status: local 0/10 remote 0/20
@400000006af258b8224a42fb new msg 4712
@400000006af258b8224ab7da info msg 4712: bytes 7802 from <mallory1@example.jp> qp 1117 uid 89
@400000006af258b8224b2d53 starting delivery 370: msg 4712 to local example.jp-watanabe11@example.jp
@400000006af258b8224ba27b status: local 1/10 remote 0/20
@400000006af258b90b1632a7 delivery 370: deferral: Home_directory_is_sticky:_user_is_editing_his_.qmail_file._(#4.2.1)/
@400000006af258b90b16a929 status: local 0/10 remote 0/20
@400000006af259173043089d starting delivery 371: msg 4711 to remote mori62@example.com
@400000006af2591730437da7 status: local 0/10 remote 1/20
@400000006af259183aeed345 delivery 371: deferral: 203.0.113.225_does_not_like_recipient./Remote_host_said:_451_4.7.1_Greylisting_in_action,_please_come_back_later/Giving_up_on_203.0.113.225./
@400000006af259183aef47cc status: local 0/10 remote 0/20
@400000006af2591c224a4390 starting delivery 372: msg 4712 to local example.jp-watanabe11@example.jp
@400000006af2591c224ab8de status: local 1/10 remote 0/20
@400000006af2591c36c89181 delivery 372: success: did_1+0+0/
@400000006af2591c36c906d0 status: local 0/10 remote 0/20
@400000006af2591c36c97ca1 end msg 4712
@400000006af25edf304307b9 starting delivery 373: msg 4711 to remote mori62@example.com
@400000006af25edf30437dc4 status: local 0/10 remote 1/20
@400000006af25ee02b87e9bb delivery 373: deferral: Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/
@400000006af25ee02b885e17 status: local 0/10 remote 0/20
@400000006af2669b13bf41d7 new msg 4712
@400000006af2669b13bfb73a info msg 4712: bytes 5234 from <suzuki64@example.org> qp 1118 uid 89
@400000006af2669b13c02b6a starting delivery 374: msg 4712 to local branch.example.jp-mallory2@branch.example.jp
@400000006af2669b13c0a160 status: local 1/10 remote 0/20
@400000006af2669c234d5300 delivery 374: success: did_1+1+0/qp_1121/
@400000006af2669c234dc962 status: local 0/10 remote 0/20
@400000006af2669c234e3e00 end msg 4712
@400000006af2669c28e09734 new msg 4712
@400000006af2669c28e10c56 info msg 4712: bytes 5354 from <suzuki64@example.org> qp 1121 uid 1001
@400000006af2669c28e1810e starting delivery 375: msg 4712 to remote sato72@example.org
@400000006af2669c28e1f54e status: local 0/10 remote 1/20
@400000006af2669d1eb3dab9 delivery 375: success: 203.0.113.245_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_0ac415d22a/
@400000006af2669d1eb44e4f status: local 0/10 remote 0/20
@400000006af2669d1eb4c42f end msg 4712
@400000006af267c730430746 starting delivery 376: msg 4711 to remote mori62@example.com
@400000006af267c730437db3 status: local 0/10 remote 1/20
@400000006af267c833a4efea delivery 376: success: 203.0.113.172_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af267c833a56482 status: local 0/10 remote 0/20
@400000006af267c833a5d917 end msg 4711
@400000006af27e470cee8611 new msg 4711
@400000006af27e470ceefadf info msg 4711: bytes 23594 from <nakamura4@example.jp> qp 1122 uid 89
@400000006af27e470cef7016 starting delivery 377: msg 4711 to remote mallory85@city.example.com
@400000006af27e470cefe58e status: local 0/10 remote 1/20
@400000006af27e482a87e0f5 delivery 377: success: 203.0.113.91_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af27e482a8856d0 status: local 0/10 remote 0/20
@400000006af27e482a88cbd9 end msg 4711
@400000006af28455218c2f14 new msg 4711
@400000006af28455218ca482 info msg 4711: bytes 14090 from <ikeda6@example.jp> qp 1124 uid 89
@400000006af28455218d191e starting delivery 378: msg 4711 to remote peggy20@d11.example
@400000006af28455218d8f60 status: local 0/10 remote 1/20
@400000006af284591cdd0e0d delivery 378: success: 203.0.113.67_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_5bef7eb737/
@400000006af284591cdd8468 status: local 0/10 remote 0/20
@400000006af284591cddf853 end msg 4711
@400000006af284e30df10530 new msg 4711
@400000006af284e30df179f6 info msg 4711: bytes 1890 from <frank25@d10.example> qp 1125 uid 89
@400000006af284e30df1f00d starting delivery 379: msg 4711 to local example.jp-erin8@example.jp
@400000006af284e30df26406 status: local 1/10 remote 0/20
@400000006af284e402637f29 delivery 379: success: did_1+0+0/
@400000006af284e40263f483 status: local 0/10 remote 0/20
@400000006af284e4026469d6 end msg 4711
@400000006af287431b040052 new msg 4711
@400000006af287431b04767e info msg 4711: bytes 34063 from <erin32@post.example.net> qp 1127 uid 89
@400000006af287431b04ebf5 starting delivery 380: msg 4711 to local example.jp-watanabe0@example.jp
@400000006af287431b056141 status: local 1/10 remote 0/20
@400000006af28744054f6562 delivery 380: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af28744054fdae3 status: local 0/10 remote 0/20
@400000006af2874405504e57 end msg 4711
@400000006af28f1c31b5a6cc new msg 4711
@400000006af28f1c31b61b16 info msg 4711: bytes 39842 from <suzuki7@branch.example.jp> qp 1130 uid 89
@400000006af28f1c31b691cd starting delivery 381: msg 4711 to remote yamada41@Univ.Example.org
@400000006af28f1c31b70693 status: local 0/10 remote 1/20
@400000006af28f1d11b1a9cb delivery 381: failure: 203.0.113.102_failed_after_I_sent_the_message./Remote_host_said:_554_5.7.1_Message_refused_as_spam/
@400000006af28f1d11b21f61 status: local 0/10 remote 0/20
@400000006af28f1d11b2955c bounce msg 4711 qp 1132
@400000006af28f1d11b30a21 end msg 4711
@400000006af28f1d21c3fc2a new msg 4711
@400000006af28f1d21c4718e info msg 4711: bytes 10742 from <> qp 1132 uid 7796
@400000006af28f1d21c4e5ca starting delivery 382: msg 4711 to local branch.example.jp-suzuki7@branch.example.jp
@400000006af28f1d21c55afb status: local 1/10 remote 0/20
@400000006af28f1d26ff3ce4 delivery 382: success: did_1+0+0/
@400000006af28f1d26ffb186 status: local 0/10 remote 0/20
@400000006af28f1d27002603 end msg 4711
@400000006af2abb216cf72f7 new msg 4711
@400000006af2abb216cfe91a info msg 4711: bytes 5904 from <nakamura6@example.jp> qp 1133 uid 89
@400000006af2abb216d05d45 starting delivery 383: msg 4711 to local example.jp-mallory0@example.jp
@400000006af2abb216d0d270 status: local 1/10 remote 0/20
@400000006af2abb2180216b8 delivery 383: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af2abb218028c61 status: local 0/10 remote 0/20
@400000006af2abb2180301fc end msg 4711
@400000006af2c2f7156e4647 new msg 4711
@400000006af2c2f7156ebaf3 info msg 4711: bytes 10479 from <mallory10@example.jp> qp 1136 uid 89
@400000006af2c2f7156f309b starting delivery 384: msg 4711 to remote ivan33@d27.example
@400000006af2c2f7156fa515 status: local 0/10 remote 1/20
@400000006af2c2f715701b08 starting delivery 385: msg 4711 to remote nakamura68@example.com
@400000006af2c2f715708e64 status: local 0/10 remote 2/20
@400000006af2c2f72ba8464f delivery 385: success: 203.0.113.159_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af2c2f72ba8baa7 status: local 0/10 remote 1/20
@400000006af2c2f72bea8e76 delivery 384: success: 203.0.113.243_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af2c2f72beb03ae status: local 0/10 remote 0/20
@400000006af2c2f72beb79cc end msg 4711
@400000006af2c5f01ca0f070 new msg 4711
@400000006af2c5f01ca16453 info msg 4711: bytes 6948 from <judy9@example.jp> qp 1139 uid 89
@400000006af2c5f01ca1d971 starting delivery 386: msg 4711 to remote olivia29@d13.example
@400000006af2c5f01ca24f30 status: local 0/10 remote 1/20
@400000006af2c5f10472c4fe delivery 386: success: 203.0.113.130_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_f5d989c1e6/
@400000006af2c5f104733a25 status: local 0/10 remote 0/20
@400000006af2c5f10473aef9 end msg 4711
@400000006af2ca5f1f93c6fa new msg 4711
@400000006af2ca5f1f943ad5 info msg 4711: bytes 26713 from <suzuki84@mail.example> qp 1140 uid 89
@400000006af2ca5f1f94b168 starting delivery 387: msg 4711 to local branch.example.jp-tanaka5@branch.example.jp
@400000006af2ca5f1f952656 status: local 1/10 remote 0/20
@400000006af2ca600ec8c6a1 delivery 387: success: did_1+0+0/
@400000006af2ca600ec93cae status: local 0/10 remote 0/20
@400000006af2ca600ec9b19f end msg 4711
@400000006af2cdbb12bd7d9a new msg 4711
@400000006af2cdbb12bdf31d info msg 4711: bytes 3610 from <yamada2@example.jp> qp 1141 uid 89
@400000006af2cdbb12be684f starting delivery 388: msg 4711 to remote erin8@example.org
@400000006af2cdbb12bedcc8 status: local 0/10 remote 1/20
@400000006af2cdbb22d390a3 delivery 388: success: 203.0.113.224_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_72d1878b42/
@400000006af2cdbb22d4047e status: local 0/10 remote 0/20
@400000006af2cdbb22d47973 end msg 4711
@400000006af2cf970f8fe8ce status: local 0/10 remote 0/20
@400000006af2cfc62e3634c2 new msg 4711
@400000006af2cfc62e36a9ad info msg 4711: bytes 7878 from <watanabe6@dom-x.example> qp 1142 uid 89
@400000006af2cfc62e371edf starting delivery 1: msg 4711 to local branch.example.jp-peggy3@branch.example.jp
@400000006af2cfc62e3792d4 status: local 1/10 remote 0/20
@400000006af2cfc632381904 delivery 1: success: did_1+0+0/
@400000006af2cfc632388df0 status: local 0/10 remote 0/20
@400000006af2cfc63239042f end msg 4711
@400000006af2d2cc00f00183 new msg 4711
@400000006af2d2cc00f07736 info msg 4711: bytes 9114 from <mori9@branch.example.jp> qp 1145 uid 89
@400000006af2d2cc00f0ed90 starting delivery 2: msg 4711 to remote sybil72@Example.com
@400000006af2d2cc00f1611b status: local 0/10 remote 1/20
@400000006af2d2cd0944c244 delivery 2: success: 203.0.113.70_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_4ba7eb6bec/
@400000006af2d2cd0945374f status: local 0/10 remote 0/20
@400000006af2d2cd0945ac83 end msg 4711
@400000006af2d85c270c9ac1 new msg 4711
@400000006af2d85c270d0fee info msg 4711: bytes 2845 from <watanabe8@branch.example.jp> qp 1146 uid 89
@400000006af2d85c270d83d8 starting delivery 3: msg 4711 to remote rupert56@d11.example
@400000006af2d85c270df9a6 status: local 0/10 remote 1/20
@400000006af2d899198967aa delivery 3: deferral: CNAME_lookup_failed_temporarily._(#4.4.3)/
@400000006af2d8991989dc75 status: local 0/10 remote 0/20
@400000006af2db35270c99a9 starting delivery 4: msg 4711 to remote rupert56@d11.example
@400000006af2db35270d0f84 status: local 0/10 remote 1/20
@400000006af2db380d275771 delivery 4: success: 203.0.113.191_accepted_message./Remote_host_said:_250_ok_1795000000_qp_eafebd3352/
@400000006af2db380d27cd82 status: local 0/10 remote 0/20
@400000006af2db380d284232 end msg 4711
@400000006af2dcb702d5262a new msg 4711
@400000006af2dcb702d59b93 info msg 4711: bytes 7393 from <bob5@example.jp> qp 1148 uid 89
@400000006af2dcb702d61081 starting delivery 5: msg 4711 to local example.jp-niaj11@example.jp
@400000006af2dcb702d68585 status: local 1/10 remote 0/20
@400000006af2dcb72b58ca56 delivery 5: success: did_1+0+0/
@400000006af2dcb72b593ffe status: local 0/10 remote 0/20
@400000006af2dcb72b59b428 end msg 4711
@400000006af2dd1336d688d8 new msg 4711
@400000006af2dd1336d6fd6f info msg 4711: bytes 11755 from <tanaka1@example.jp> qp 1150 uid 89
@400000006af2dd1336d772ae starting delivery 6: msg 4711 to remote carol25@d13.example
@400000006af2dd1336d7e6e1 status: local 0/10 remote 1/20
@400000006af2dd1336d85c78 starting delivery 7: msg 4711 to remote frank59@d15.example
@400000006af2dd1336d8d168 status: local 0/10 remote 2/20
@400000006af2dd1336d946f7 starting delivery 8: msg 4711 to remote sybil35@example.org
@400000006af2dd1336d9bcea status: local 0/10 remote 3/20
@400000006af2dd1336da3284 starting delivery 9: msg 4711 to remote nakamura45@example.org
@400000006af2dd1336daa6c6 status: local 0/10 remote 4/20
@400000006af2dd1336db1b91 starting delivery 10: msg 4711 to remote abe87@mail.example
@400000006af2dd1336db90f0 status: local 0/10 remote 5/20
@400000006af2dd140e44f087 delivery 9: success: 203.0.113.132_accepted_message./Remote_host_said:_250_2.6.0_<9d8a492c35@mx.example>_Queued_mail_for_delivery/
@400000006af2dd140e45658f status: local 0/10 remote 4/20
@400000006af2dd15014aaa4b delivery 10: success: 203.0.113.210_accepted_message./Remote_host_said:_250_2.6.0_<1b73164eb8@mx.example>_Queued_mail_for_delivery/
@400000006af2dd15014b1e7a status: local 0/10 remote 3/20
@400000006af2dd151af95f19 delivery 6: success: 203.0.113.133_accepted_message./Remote_host_said:_250_2.6.0_<71b64a700a@mx.example>_Queued_mail_for_delivery/
@400000006af2dd151af9d40e status: local 0/10 remote 2/20
@400000006af2dd1520261e5e delivery 8: success: 203.0.113.237_accepted_message./Remote_host_said:_250_ok_1795000000_qp_17af567b0c/
@400000006af2dd15202693b2 status: local 0/10 remote 1/20
@400000006af2dd1606328a1f delivery 7: success: 203.0.113.128_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_902e4b9651/
@400000006af2dd160632ff79 status: local 0/10 remote 0/20
@400000006af2dd1606337399 end msg 4711
@400000006af2defa331ecbb1 new msg 4711
@400000006af2defa331f4119 info msg 4711: bytes 11018 from <olivia7@example.com> qp 1153 uid 89
@400000006af2defa331fb559 starting delivery 11: msg 4711 to local example.jp-sybil4@example.jp
@400000006af2defa33202abe status: local 1/10 remote 0/20
@400000006af2defb0dbc8855 delivery 11: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af2defb0dbcfd4d status: local 0/10 remote 0/20
@400000006af2defb0dbd71dd end msg 4711
@400000006af2e066374e9aff new msg 4711
@400000006af2e066374f0f28 info msg 4711: bytes 4841 from <ivan5@example.jp> qp 1156 uid 89
@400000006af2e066374f850e starting delivery 12: msg 4711 to remote watanabe74@example.org
@400000006af2e066374ffa45 status: local 0/10 remote 1/20
@400000006af2e0671f883c99 delivery 12: success: 203.0.113.200_accepted_message./Remote_host_said:_250_ok_1795000000_qp_acfdaf7b01/
@400000006af2e0671f88b197 status: local 0/10 remote 0/20
@400000006af2e0671f8926c2 end msg 4711
@400000006af2e26e178a081a new msg 4711
@400000006af2e26e178a7e0d info msg 4711: bytes 14453 from <yamamoto13@example.com> qp 1157 uid 89
@400000006af2e26e178af3dd starting delivery 13: msg 4711 to local branch.example.jp-abe6@branch.example.jp
@400000006af2e26e178b690e status: local 1/10 remote 0/20
@400000006af2e26e1c663427 delivery 13: success: did_1+0+0/
@400000006af2e26e1c66a9f8 status: local 0/10 remote 0/20
@400000006af2e26e1c671ec0 end msg 4711
@400000006af2e358317dba3b new msg 4711
@400000006af2e358317e2e68 info msg 4711: bytes 5669 from <> qp 1160 uid 89
@400000006af2e358317ea419 starting delivery 14: msg 4711 to local branch.example.jp-olivia6@branch.example.jp
@400000006af2e358317f18cc status: local 1/10 remote 0/20
@400000006af2e359042014bf delivery 14: success: did_0+0+1/
@400000006af2e359042089d8 status: local 0/10 remote 0/20
@400000006af2e3590420fe78 end msg 4711
@400000006af2e59114467f7a new msg 4711
@400000006af2e5911446f310 info msg 4711: bytes 26971 from <sasaki31@dom-x.example> qp 1161 uid 89
@400000006af2e591144768ee starting delivery 15: msg 4711 to local example.jp-grace11@example.jp
@400000006af2e5911447de87 status: local 1/10 remote 0/20
@400000006af2e591214f977d delivery 15: deferral: Unable_to_chdir_to_maildir._(#4.2.1)/
@400000006af2e59121500cec status: local 0/10 remote 0/20
@400000006af2e59a1a765802 new msg 4712
@400000006af2e59a1a76cc50 info msg 4712: bytes 9937 from <mallory90@dom-x.example> qp 1164 uid 89
@400000006af2e59a1a7741fd starting delivery 16: msg 4712 to local example.jp-peggy10@example.jp
@400000006af2e59a1a77b6cb status: local 1/10 remote 0/20
@400000006af2e59a1bf0f9e6 delivery 16: success: did_0+0+1/
@400000006af2e59a1bf16e2d status: local 0/10 remote 0/20
@400000006af2e59a1bf1e3b9 end msg 4712
@400000006af2e5f514467dce starting delivery 17: msg 4711 to local example.jp-grace11@example.jp
@400000006af2e5f51446f475 status: local 1/10 remote 0/20
@400000006af2e5f525671850 delivery 17: deferral: Timeout_on_maildir_delivery._(#4.3.0)/
@400000006af2e5f525678cfb status: local 0/10 remote 0/20
@400000006af2e72114467f46 starting delivery 18: msg 4711 to local example.jp-grace11@example.jp
@400000006af2e7211446f364 status: local 1/10 remote 0/20
@400000006af2e72116e1ce2b delivery 18: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af2e72116e2446f status: local 0/10 remote 0/20
@400000006af2e72116e2b945 end msg 4711
@400000006af2e79c3a361df1 new msg 4711
@400000006af2e79c3a369298 info msg 4711: bytes 15698 from <carol68@d13.example> qp 1167 uid 89
@400000006af2e79c3a370949 starting delivery 19: msg 4711 to local example.jp-olivia9@example.jp
@400000006af2e79c3a377da2 status: local 1/10 remote 0/20
@400000006af2e79d016bc5e4 delivery 19: deferral: Timeout_on_maildir_delivery._(#4.3.0)/
@400000006af2e79d016c3b7a status: local 0/10 remote 0/20
@400000006af2e8003a361ea8 starting delivery 20: msg 4711 to local example.jp-olivia9@example.jp
@400000006af2e8003a36939f status: local 1/10 remote 0/20
@400000006af2e801066de12c delivery 20: deferral: Home_directory_is_sticky:_user_is_editing_his_.qmail_file._(#4.2.1)/
@400000006af2e801066e556c status: local 0/10 remote 0/20
@400000006af2e92c3a361f43 starting delivery 21: msg 4711 to local example.jp-olivia9@example.jp
@400000006af2e92c3a3693b0 status: local 1/10 remote 0/20
@400000006af2e92d030db693 delivery 21: deferral: Home_directory_is_sticky:_user_is_editing_his_.qmail_file._(#4.2.1)/
@400000006af2e92d030e2b94 status: local 0/10 remote 0/20
@400000006af2eacb152679d7 new msg 4712
@400000006af2eacb1526efb6 info msg 4712: bytes 21290 from <kobayashi1@example.jp> qp 1169 uid 89
@400000006af2eacb152765be starting delivery 22: msg 4712 to remote mallory92@example.net
@400000006af2eacb1527d9cf status: local 0/10 remote 1/20
@400000006af2eace39f1f5dc delivery 22: success: 203.0.113.16_accepted_message./Remote_host_said:_250_2.6.0_<d3ad98a4d9@mx.example>_Queued_mail_for_delivery/
@400000006af2eace39f26981 status: local 0/10 remote 0/20
@400000006af2eace39f2e037 end msg 4712
@400000006af2eb203a361f40 starting delivery 23: msg 4711 to local example.jp-olivia9@example.jp
@400000006af2eb203a369476 status: local 1/10 remote 0/20
@400000006af2eb2127ce6395 delivery 23: success: did_1+0+0/
@400000006af2eb2127ced885 status: local 0/10 remote 0/20
@400000006af2eb2127cf4e00 end msg 4711
@400000006af2eb332d4abfaf new msg 4711
@400000006af2eb332d4b3437 info msg 4711: bytes 3840 from <yamamoto49@d11.example> qp 1171 uid 89
@400000006af2eb332d4ba91b starting delivery 24: msg 4711 to local example.jp-suzuki8@example.jp
@400000006af2eb332d4c1ddf status: local 1/10 remote 0/20
@400000006af2eb33324a3d4e delivery 24: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af2eb33324ab2e9 status: local 0/10 remote 0/20
@400000006af2eb33324b288a end msg 4711
@400000006af2f71e03fb7975 new msg 4711
@400000006af2f71e03fbee26 info msg 4711: bytes 6658 from <ito6@example.com> qp 1174 uid 89
@400000006af2f71e03fc6394 starting delivery 25: msg 4711 to local example.jp-carol0@example.jp
@400000006af2f71e03fcd983 status: local 1/10 remote 0/20
@400000006af2f71e0ee5e0f8 delivery 25: success: did_0+0+1/
@400000006af2f71e0ee655ad status: local 0/10 remote 0/20
@400000006af2f71e0ee6cb2e end msg 4711
@400000006af2fe1e00522801 new msg 4711
@400000006af2fe1e00529dc2 info msg 4711: bytes 2993 from <yoshida33@example.net> qp 1176 uid 89
@400000006af2fe1e0053124a starting delivery 26: msg 4711 to local example.jp-watanabe4@example.jp
@400000006af2fe1e00538815 status: local 1/10 remote 0/20
@400000006af2fe1e033f78b0 delivery 26: success: did_1+0+0/
@400000006af2fe1e033fedcc status: local 0/10 remote 0/20
@400000006af2fe1e03406288 end msg 4711
@400000006af304a61c98c184 new msg 4711
@400000006af304a61c9936b3 info msg 4711: bytes 2384 from <yamamoto12@example.com> qp 1177 uid 89
@400000006af304a61c99acf7 starting delivery 27: msg 4711 to local example.jp-tanaka8@example.jp
@400000006af304a61c9a22b5 status: local 1/10 remote 0/20
@400000006af304a635db3b4a delivery 27: success: did_1+0+0/
@400000006af304a635dbb24b status: local 0/10 remote 0/20
@400000006af304a635dc26e9 end msg 4711
@400000006af30c7f17cd542a new msg 4711
@400000006af30c7f17cdc82b info msg 4711: bytes 1506 from <nakamura50@Univ.Example.org> qp 1179 uid 89
@400000006af30c7f17ce3e16 starting delivery 28: msg 4711 to local example.jp-nakamura11@example.jp
@400000006af30c7f17ceb28b status: local 1/10 remote 0/20
@400000006af30c7f1fd7fe61 delivery 28: success: did_1+0+0/
@400000006af30c7f1fd873f6 status: local 0/10 remote 0/20
@400000006af30c7f1fd8e8d4 end msg 4711
@400000006af30d6b153ed4b7 new msg 4711
@400000006af30d6b153f4a38 info msg 4711: bytes 4323 from <carol11@branch.example.jp> qp 1182 uid 89
@400000006af30d6b153fbf24 starting delivery 29: msg 4711 to remote rupert89@example.com
@400000006af30d6b154033e8 status: local 0/10 remote 1/20
@400000006af30d6c1f95c127 delivery 29: deferral: Connected_to_203.0.113.126_but_sender_was_rejected./Remote_host_said:_421_4.7.0_Too_many_connections_from_your_address/
@400000006af30d6c1f9636f2 status: local 0/10 remote 0/20
@400000006af30f24153ed531 starting delivery 30: msg 4711 to remote rupert89@example.com
@400000006af30f24153f4921 status: local 0/10 remote 1/20
@400000006af30f262ae1c96e delivery 30: deferral: 203.0.113.155_does_not_like_recipient./Remote_host_said:_451_4.7.1_Greylisting_in_action,_please_come_back_later/Giving_up_on_203.0.113.155./
@400000006af30f262ae23db5 status: local 0/10 remote 0/20
@400000006af313fc153ed50d starting delivery 31: msg 4711 to remote rupert89@example.com
@400000006af313fc153f4a56 status: local 0/10 remote 1/20
@400000006af31401254f2de7 delivery 31: deferral: Connected_to_203.0.113.26_but_connection_died._Possible_duplicate!_(#4.4.2)/
@400000006af31401254fa381 status: local 0/10 remote 0/20
@400000006af31ade05dca57f new msg 4712
@400000006af31ade05dd1adc info msg 4712: bytes 13598 from <watanabe87@city.example.com> qp 1185 uid 89
@400000006af31ade05dd8f0d starting delivery 32: msg 4712 to local example.jp-ikeda2@example.jp
@400000006af31ade05de03fc status: local 1/10 remote 0/20
@400000006af31ade261ba738 delivery 32: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af31ade261c1c0f status: local 0/10 remote 0/20
@400000006af31ade261c908d end msg 4712
@400000006af31bf4153ed587 starting delivery 33: msg 4711 to remote rupert89@example.com
@400000006af31bf4153f4a75 status: local 0/10 remote 1/20
@400000006af31bf501852dbc delivery 33: deferral: System_resources_temporarily_unavailable._(#4.3.0)/
@400000006af31bf50185a323 status: local 0/10 remote 0/20
@400000006af31cc637945ded new msg 4712
@400000006af31cc63794d369 info msg 4712: bytes 4591 from <> qp 1188 uid 89
@400000006af31cc6379548ee starting delivery 34: msg 4712 to local example.jp-heidi10@example.jp
@400000006af31cc63795bc8e status: local 1/10 remote 0/20
@400000006af31cc72b1ba55e delivery 34: success: did_0+0+1/
@400000006af31cc72b1c1aea status: local 0/10 remote 0/20
@400000006af31cc72b1c9121 end msg 4712
@400000006af31e0320acdee1 new msg 4712
@400000006af31e0320ad5477 info msg 4712: bytes 18560 from <alice2@branch.example.jp> qp 1190 uid 89
@400000006af31e0320adc968 starting delivery 35: msg 4712 to remote sasaki83@mobile.example
@400000006af31e0320ae3e5e status: local 0/10 remote 1/20
@400000006af31e06180321a2 delivery 35: success: 203.0.113.8_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_c362934921/
@400000006af31e0618039687 status: local 0/10 remote 0/20
@400000006af31e0618040b73 end msg 4712
@400000006af31ffd0a7e0de8 new msg 4712
@400000006af31ffd0a7e822f info msg 4712: bytes 4419 from <heidi93@example.net> qp 1192 uid 89
@400000006af31ffd0a7ef881 starting delivery 36: msg 4712 to local example.jp-abe12@example.jp
@400000006af31ffd0a7f6cf7 status: local 1/10 remote 0/20
@400000006af31ffd0ce2286f delivery 36: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af31ffd0ce29f1e status: local 0/10 remote 0/20
@400000006af31ffd0ce312cb end msg 4712
@400000006af3213405ca467a new msg 4712
@400000006af3213405cabb84 info msg 4712: bytes 17966 from <mallory70@d12.example> qp 1193 uid 89
@400000006af3213405cb2fe3 starting delivery 37: msg 4712 to local example.jp-yamada3@example.jp
@400000006af3213405cba629 status: local 1/10 remote 0/20
@400000006af321341570fd84 delivery 37: success: did_0+0+1/
@400000006af32134157170fe status: local 0/10 remote 0/20
@400000006af321341571e6ff end msg 4712
@400000006af323282a4ed541 new msg 4712
@400000006af323282a4f4a49 info msg 4712: bytes 3644 from <judy46@shop.example> qp 1196 uid 89
@400000006af323282a4fbe54 starting delivery 38: msg 4712 to local example.jp-frank1@example.jp
@400000006af323282a50338a status: local 1/10 remote 0/20
@400000006af323282c5e72c9 delivery 38: success: did_1+0+0/
@400000006af323282c5ee7c2 status: local 0/10 remote 0/20
@400000006af323282c5f5c53 end msg 4712
@400000006af32609218bf142 new msg 4712
@400000006af32609218c6627 info msg 4712: bytes 1810 from <mallory9@example.jp> qp 1197 uid 89
@400000006af32609218cdbb8 starting delivery 39: msg 4712 to remote judy69@example.org
@400000006af32609218d50de status: local 0/10 remote 1/20
@400000006af3260b35ef97e5 delivery 39: success: 203.0.113.45_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_2b1d9ca9af/
@400000006af3260b35f00c81 status: local 0/10 remote 0/20
@400000006af3260b35f0820b end msg 4712
@400000006af3270c153ed57f starting delivery 40: msg 4711 to remote rupert89@example.com
@400000006af3270c153f4a5c status: local 0/10 remote 1/20
@400000006af3270c328b8892 delivery 40: deferral: Connected_to_203.0.113.133_but_sender_was_rejected./Remote_host_said:_421_4.7.0_Too_many_connections_from_your_address/
@400000006af3270c328bfe66 status: local 0/10 remote 0/20
@400000006af3288f08dcfc11 new msg 4712
@400000006af3288f08dd7090 info msg 4712: bytes 16173 from <hashimoto73@mail.example> qp 1200 uid 89
@400000006af3288f08dde5e3 starting delivery 41: msg 4712 to local example.jp-mori2@example.jp
@400000006af3288f08de5c65 status: local 1/10 remote 0/20
@400000006af3288f368a055b delivery 41: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af3288f368a7a8e status: local 0/10 remote 0/20
@400000006af3288f368af075 end msg 4712
@400000006af32a2f09c106fa new msg 4712
@400000006af32a2f09c17b7a info msg 4712: bytes 35300 from <ikeda28@example.net> qp 1201 uid 89
@400000006af32a2f09c1f0fa starting delivery 42: msg 4712 to local example.jp-peggy7@example.jp
@400000006af32a2f09c2677a status: local 1/10 remote 0/20
@400000006af32a2f166061c2 delivery 42: success: did_1+0+0/
@400000006af32a2f1660d6d8 status: local 0/10 remote 0/20
@400000006af32a2f16614c64 end msg 4712
@400000006af332ac38cfe821 new msg 4712
@400000006af332ac38d05d3a info msg 4712: bytes 4935 from <hashimoto5@branch.example.jp> qp 1202 uid 89
@400000006af332ac38d0d0fb starting delivery 43: msg 4712 to remote sasaki21@example.net
@400000006af332ac38d14677 status: local 0/10 remote 1/20
@400000006af332ad27ca0d6e delivery 43: success: 203.0.113.61_accepted_message./Remote_host_said:_250_Message_accepted_for_delivery/
@400000006af332ad27ca83e0 status: local 0/10 remote 0/20
@400000006af332ad27caf86e end msg 4712
@400000006af33544153ed3e8 starting delivery 44: msg 4711 to remote rupert89@example.com
@400000006af33544153f4a4c status: local 0/10 remote 1/20
@400000006af3354525e82a36 delivery 44: deferral: Sorry,_I_couldn't_find_any_host_by_that_name._(#4.1.2)/
@400000006af3354525e89f52 status: local 0/10 remote 0/20
@400000006af33a930bd8e7cf new msg 4712
@400000006af33a930bd95c80 info msg 4712: bytes 2061 from <ivan24@Univ.Example.org> qp 1204 uid 89
@400000006af33a930bd9d178 starting delivery 45: msg 4712 to local example.jp-sasaki4@example.jp
@400000006af33a930bda46f7 status: local 1/10 remote 0/20
@400000006af33a9316e48136 delivery 45: deferral: Unable_to_chdir_to_maildir._(#4.2.1)/
@400000006af33a9316e4f6a9 status: local 0/10 remote 0/20
@400000006af33af70bd8e5f3 starting delivery 46: msg 4712 to local example.jp-sasaki4@example.jp
@400000006af33af70bd95c16 status: local 1/10 remote 0/20
@400000006af33af710eb1df4 delivery 46: success: did_1+0+0/
@400000006af33af710eb9331 status: local 0/10 remote 0/20
@400000006af33af710ec08c6 end msg 4712
@400000006af3469c153ed498 starting delivery 47: msg 4711 to remote rupert89@example.com
@400000006af3469c153f4a64 status: local 0/10 remote 1/20
@400000006af346a01f6b6a93 delivery 47: deferral: 203.0.113.205_does_not_like_recipient./Remote_host_said:_451_4.7.1_Greylisting_in_action,_please_come_back_later/Giving_up_on_203.0.113.205./
@400000006af346a01f6bdfdc status: local 0/10 remote 0/20
@400000006af347371a9c8493 new msg 4712
@400000006af347371a9cf99b info msg 4712: bytes 14841 from <> qp 1206 uid 89
@400000006af347371a9d6f52 starting delivery 48: msg 4712 to local example.jp-nakamura9@example.jp
@400000006af347371a9de37d status: local 1/10 remote 0/20
@400000006af3473736039058 delivery 48: success: did_1+0+0/
@400000006af347373604054c status: local 0/10 remote 0/20
@400000006af34737360479ff end msg 4712
@400000006af3479e312e750e new msg 4712
@400000006af3479e312eeb5c info msg 4712: bytes 16615 from <ikeda63@shop.example> qp 1207 uid 89
@400000006af3479e312f5ec4 starting delivery 49: msg 4712 to local example.jp-grace11@example.jp
@400000006af3479e312fd51e status: local 1/10 remote 0/20
@400000006af3479e33580b70 delivery 49: success: did_0+0+1/
@400000006af3479e335881ab status: local 0/10 remote 0/20
@400000006af3479e3358f574 end msg 4712
@400000006af34b5104a27702 new msg 4712
@400000006af34b5104a2eceb info msg 4712: bytes 5441 from <frank11@mail.example> qp 1208 uid 89
@400000006af34b5104a3614c starting delivery 50: msg 4712 to local example.jp-niaj6@example.jp
@400000006af34b5104a3d691 status: local 1/10 remote 0/20
@400000006af34b510c611156 delivery 50: success: did_0+0+1/
@400000006af34b510c6187a1 status: local 0/10 remote 0/20
@400000006af34b510c61fcd6 end msg 4712
@400000006af34f0d0397dc65 new msg 4712
@400000006af34f0d039851ea info msg 4712: bytes 4955 from <yamamoto28@mail.example> qp 1209 uid 89
@400000006af34f0d0398c6da starting delivery 51: msg 4712 to local example.jp-mori8@example.jp
@400000006af34f0d03993d83 status: local 1/10 remote 0/20
@400000006af34f0d126a208b delivery 51: success: did_1+0+0/
@400000006af34f0d126a976c status: local 0/10 remote 0/20
@400000006af34f0d126b0ad0 end msg 4712
@400000006af352aa1638f78b new msg 4712
@400000006af352aa16396cee info msg 4712: bytes 13652 from <grace49@example.com> qp 1210 uid 89
@400000006af352aa1639e165 starting delivery 52: msg 4712 to local branch.example.jp-olivia6@branch.example.jp
@400000006af352aa163a583f status: local 1/10 remote 0/20
@400000006af352aa2566c4b8 delivery 52: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af352aa25673a8a status: local 0/10 remote 0/20
@400000006af352aa2567af77 end msg 4712
@400000006af353e934c942f1 new msg 4712
@400000006af353e934c9b914 info msg 4712: bytes 21045 from <bob91@example.com> qp 1211 uid 89
@400000006af353e934ca2d18 starting delivery 53: msg 4712 to local example.jp-suzuki1@example.jp
@400000006af353e934caa2ad status: local 1/10 remote 0/20
@400000006af353e934cb192f starting delivery 54: msg 4712 to local example.jp-yamada8@example.jp
@400000006af353e934cb8ca7 status: local 2/10 remote 0/20
@400000006af353e939f2cc89 delivery 54: success: did_0+0+1/
@400000006af353e939f34049 status: local 1/10 remote 0/20
@400000006af353ea0435d662 delivery 53: success: did_1+0+0/
@400000006af353ea04364bf5 status: local 0/10 remote 0/20
@400000006af353ea0436c0e9 end msg 4712
@400000006af3581d1c43a1ae new msg 4712
@400000006af3581d1c4416a3 info msg 4712: bytes 4547 from <alice47@example.org> qp 1214 uid 89
@400000006af3581d1c448ae3 starting delivery 55: msg 4712 to local example.jp-bob0@example.jp
@400000006af3581d1c4501bf status: local 1/10 remote 0/20
@400000006af3581d20348db2 delivery 55: deferral: Uh-oh:_home_directory_is_writable._(#4.7.0)/
@400000006af3581d203502b4 status: local 0/10 remote 0/20
@400000006af358811c43a0d8 starting delivery 56: msg 4712 to local example.jp-bob0@example.jp
@400000006af358811c44161d status: local 1/10 remote 0/20
@400000006af3588210fb004c delivery 56: deferral: File_has_been_locked_for_30_seconds_straight._(#4.3.0)/
@400000006af3588210fb75e1 status: local 0/10 remote 0/20
@400000006af359ad1c43a1e7 starting delivery 57: msg 4712 to local example.jp-bob0@example.jp
@400000006af359ad1c4415dd status: local 1/10 remote 0/20
@400000006af359ad208257bb delivery 57: success: did_0+0+1/
@400000006af359ad2082ccbb status: local 0/10 remote 0/20
@400000006af359ad20834318 end msg 4712
@400000006af35b14153ed4e6 starting delivery 58: msg 4711 to remote rupert89@example.com
@400000006af35b14153f4a24 status: local 0/10 remote 1/20
@400000006af35b152cf5c4c0 delivery 58: deferral: Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/
@400000006af35b152cf63a97 status: local 0/10 remote 0/20
@400000006af35b9b375da28e new msg 4712
@400000006af35b9b375e167c info msg 4712: bytes 27338 from <ikeda25@example.net> qp 1215 uid 89
@400000006af35b9b375e8c10 starting delivery 59: msg 4712 to local example.jp-kobayashi2@example.jp
@400000006af35b9b375f02a8 status: local 1/10 remote 0/20
@400000006af35b9c36f5ebc8 delivery 59: success: did_0+0+1/
@400000006af35b9c36f6601e status: local 0/10 remote 0/20
@400000006af35b9c36f6d539 end msg 4712
@400000006af35be004cab12c new msg 4712
@400000006af35be004cb2513 info msg 4712: bytes 12880 from <niaj8@example.jp> qp 1218 uid 89
@400000006af35be004cb99ef starting delivery 60: msg 4712 to remote peggy81@example.org
@400000006af35be004cc0fdd status: local 0/10 remote 1/20
@400000006af35be021fddbf0 delivery 60: deferral: 203.0.113.244_failed_on_DATA_command./Remote_host_said:_452_4.2.2_Mailbox_full/
@400000006af35be021fe51b6 status: local 0/10 remote 0/20
@400000006af35d7004caafdd starting delivery 61: msg 4712 to remote peggy81@example.org
@400000006af35d7004cb2659 status: local 0/10 remote 1/20
@400000006af35d7025adeba5 delivery 61: success: 203.0.113.19_accepted_message./Remote_host_said:_250_2.6.0_<b26ad49eec@mx.example>_Queued_mail_for_delivery/
@400000006af35d7025ae617b status: local 0/10 remote 0/20
@400000006af35d7025aed6c3 end msg 4712
@400000006af36219252b88d4 new msg 4712
@400000006af36219252bfefe info msg 4712: bytes 4795 from <tanaka79@example.com> qp 1221 uid 89
@400000006af36219252c72f8 starting delivery 62: msg 4712 to local branch.example.jp-olivia6@branch.example.jp
@400000006af36219252ce9ee status: local 1/10 remote 0/20
@400000006af36219252d5da1 starting delivery 63: msg 4712 to local branch.example.jp-yamamoto0@branch.example.jp
@400000006af36219252dd28a status: local 2/10 remote 0/20
@400000006af36219252e4996 starting delivery 64: msg 4712 to local example.jp-dave10@example.jp
@400000006af36219252ebd96 status: local 3/10 remote 0/20
@400000006af3621928369a08 delivery 62: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af3621928371097 status: local 2/10 remote 0/20
@400000006af3621a0df8673c delivery 63: success: did_1+0+0/
@400000006af3621a0df8dcbc status: local 1/10 remote 0/20
@400000006af3621a11e725bf delivery 64: success: did_1+0+0/
@400000006af3621a11e79b65 status: local 0/10 remote 0/20
@400000006af3621a11e81002 end msg 4712
@400000006af3632213aa9049 new msg 4712
@400000006af3632213ab0623 info msg 4712: bytes 14393 from <peggy11@example.jp> qp 1223 uid 89
@400000006af3632213ab7a17 starting delivery 65: msg 4712 to remote mori3@mail.example
@400000006af3632213abf02b status: local 0/10 remote 1/20
@400000006af3632213ac6474 starting delivery 66: msg 4712 to remote frank71@post.example.net
@400000006af3632213acd99e status: local 0/10 remote 2/20
@400000006af363232a0ca79c delivery 66: success: 203.0.113.211_accepted_message./Remote_host_said:_250_2.6.0_<0404c1638c@mx.example>_Queued_mail_for_delivery/
@400000006af363232a0d1c28 status: local 0/10 remote 1/20
@400000006af36324023724f3 delivery 65: success: 203.0.113.12_accepted_message./Remote_host_said:_250_2.6.0_<aa53ec585a@mx.example>_Queued_mail_for_delivery/
@400000006af3632402379aa3 status: local 0/10 remote 0/20
@400000006af3632402380ec6 end msg 4712
@400000006af36896378343b6 new msg 4712
@400000006af368963783b84e info msg 4712: bytes 8363 from <dave6@example.jp> qp 1225 uid 89
@400000006af3689637842d7b starting delivery 67: msg 4712 to remote mallory15@Univ.Example.org
@400000006af368963784a1ac status: local 0/10 remote 1/20
@400000006af368983341e823 delivery 67: success: 203.0.113.68_accepted_message./Remote_host_said:_250_ok_1795000000_qp_66058b220d/
@400000006af3689833425daa status: local 0/10 remote 0/20
@400000006af368983342d287 end msg 4712
@400000006af369dc308a8f6e new msg 4712
@400000006af369dc308b052e info msg 4712: bytes 7234 from <yamamoto3@example.jp> qp 1228 uid 89
@400000006af369dc308b7a9a starting delivery 68: msg 4712 to remote kobayashi42@example.com
@400000006af369dc308beff3 status: local 0/10 remote 1/20
@400000006af369de0ad83fc1 delivery 68: success: 203.0.113.94_accepted_message./Remote_host_said:_250_2.6.0_<35e861c467@mx.example>_Queued_mail_for_delivery/
@400000006af369de0ad8b4ec status: local 0/10 remote 0/20
@400000006af369de0ad92b02 end msg 4712
@400000006af36e86261ab84f new msg 4712
@400000006af36e86261b2e07 info msg 4712: bytes 6532 from <heidi75@city.example.com> qp 1231 uid 89
@400000006af36e86261ba25d starting delivery 69: msg 4712 to local branch.example.jp-abe1@branch.example.jp
@400000006af36e86261c173e status: local 1/10 remote 0/20
@400000006af36e862b38fcfb delivery 69: success: did_1+0+0/
@400000006af36e862b3972f3 status: local 0/10 remote 0/20
@400000006af36e862b39e805 end msg 4712
@400000006af370860931ee3a new msg 4712
@400000006af37086093262ef info msg 4712: bytes 12278 from <carol15@d28.example> qp 1233 uid 89
@400000006af370860932d936 starting delivery 70: msg 4712 to local example.jp-bob8@example.jp
@400000006af3708609334e44 status: local 1/10 remote 0/20
@400000006af37086141298e8 delivery 70: success: did_1+0+0/
@400000006af3708614130ec2 status: local 0/10 remote 0/20
@400000006af37086141383af end msg 4712
@400000006af370fe061c32b1 new msg 4712
@400000006af370fe061ca7ae info msg 4712: bytes 2350 from <niaj26@example.net> qp 1235 uid 89
@400000006af370fe061d1ddb starting delivery 71: msg 4712 to local example.jp-suzuki5@example.jp
@400000006af370fe061d92ec status: local 1/10 remote 0/20
@400000006af370fe11beca7b delivery 71: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af370fe11bf3fa8 status: local 0/10 remote 0/20
@400000006af370fe11bfb510 end msg 4712
@400000006af372ac153ed57e starting delivery 72: msg 4711 to remote rupert89@example.com
@400000006af372ac153f493b status: local 0/10 remote 1/20
@400000006af372af04d2f897 delivery 72: success: 203.0.113.246_accepted_message./Remote_host_said:_250_2.6.0_<adcdf2d9b7@mx.example>_Queued_mail_for_delivery/
@400000006af372af04d36eab status: local 0/10 remote 0/20
@400000006af372af04d3e36a end msg 4711
@400000006af3792d06649184 new msg 4711
@400000006af3792d0665076b info msg 4711: bytes 5071 from <rupert7@example.com> qp 1238 uid 89
@400000006af3792d06657ce7 starting delivery 73: msg 4711 to local example.jp-judy1@example.jp
@400000006af3792d0665f1c8 status: local 1/10 remote 0/20
@400000006af3792d137b0d03 delivery 73: deferral: Uh-oh:_home_directory_is_writable._(#4.7.0)/
@400000006af3792d137b814e status: local 0/10 remote 0/20
@400000006af3799106649120 starting delivery 74: msg 4711 to local example.jp-judy1@example.jp
@400000006af379910665071c status: local 1/10 remote 0/20
@400000006af379910e15fde2 delivery 74: deferral: Home_directory_is_sticky:_user_is_editing_his_.qmail_file._(#4.2.1)/
@400000006af379910e167248 status: local 0/10 remote 0/20
@400000006af37abd0664916b starting delivery 75: msg 4711 to local example.jp-judy1@example.jp
@400000006af37abd06650622 status: local 1/10 remote 0/20
@400000006af37abd28c58188 delivery 75: deferral: Home_directory_is_sticky:_user_is_editing_his_.qmail_file._(#4.2.1)/
@400000006af37abd28c5f572 status: local 0/10 remote 0/20
@400000006af37cb10664914b starting delivery 76: msg 4711 to local example.jp-judy1@example.jp
@400000006af37cb1066507a1 status: local 1/10 remote 0/20
@400000006af37cb11264dac8 delivery 76: deferral: Timeout_on_maildir_delivery._(#4.3.0)/
@400000006af37cb112654e10 status: local 0/10 remote 0/20
@400000006af37f6d066492ab starting delivery 77: msg 4711 to local example.jp-judy1@example.jp
@400000006af37f6d066507b2 status: local 1/10 remote 0/20
@400000006af37f6d198acf89 delivery 77: success: did_0+1+0/qp_1241/
@400000006af37f6d198b4360 status: local 0/10 remote 0/20
@400000006af37f6d198bb91b end msg 4711
@400000006af37f6d19f6f578 new msg 4711
@400000006af37f6d19f76b57 info msg 4711: bytes 5191 from <rupert7@example.com> qp 1241 uid 1001
@400000006af37f6d19f7df81 starting delivery 78: msg 4711 to remote ikeda70@example.net
@400000006af37f6d19f855ab status: local 0/10 remote 1/20
@400000006af37f6e098e668b delivery 78: success: 203.0.113.93_accepted_message./Remote_host_said:_250_ok_1795000000_qp_b7edbcd04b/
@400000006af37f6e098eda90 status: local 0/10 remote 0/20
@400000006af37f6e098f519c end msg 4711
@400000006af37fe918555ba6 new msg 4711
@400000006af37fe91855d086 info msg 4711: bytes 8128 from <abe57@example.com> qp 1242 uid 89
@400000006af37fe9185645d9 starting delivery 79: msg 4711 to local example.jp-erin4@example.jp
@400000006af37fe91856bbbe status: local 1/10 remote 0/20
@400000006af37fea110b26a5 delivery 79: success: did_1+0+0/
@400000006af37fea110b9b98 status: local 0/10 remote 0/20
@400000006af37fea110c0f48 end msg 4711
@400000006af3810927964bf6 new msg 4711
@400000006af381092796c138 info msg 4711: bytes 5510 from <sybil51@mobile.example> qp 1245 uid 89
@400000006af381092797369e starting delivery 80: msg 4711 to local example.jp-hashimoto8@example.jp
@400000006af381092797ab47 status: local 1/10 remote 0/20
@400000006af3810a30bda683 delivery 80: success: did_0+0+1/
@400000006af3810a30be1bba status: local 0/10 remote 0/20
@400000006af3810a30be9012 end msg 4711
@400000006af38b0332f1aff0 new msg 4711
@400000006af38b0332f22672 info msg 4711: bytes 11104 from <alice2@branch.example.jp> qp 1247 uid 89
@400000006af38b0332f29ba0 starting delivery 81: msg 4711 to remote ito4@example.net
@400000006af38b0332f310d2 status: local 0/10 remote 1/20
@400000006af38b042b686d74 delivery 81: success: 203.0.113.45_accepted_message./Remote_host_said:_250_ok_1795000000_qp_c64f71f496/
@400000006af38b042b68e408 status: local 0/10 remote 0/20
@400000006af38b042b695923 end msg 4711
@400000006af3969400714464 new msg 4711
@400000006af396940071bb13 info msg 4711: bytes 1150 from <ikeda87@mail.example> qp 1250 uid 89
@400000006af396940072302d starting delivery 82: msg 4711 to local branch.example.jp-nakamura2@branch.example.jp
@400000006af396940072a4ff status: local 1/10 remote 0/20
@400000006af3969403ae678d delivery 82: deferral: Unable_to_chdir_to_maildir._(#4.2.1)/
@400000006af3969403aedc7b status: local 0/10 remote 0/20
@400000006af396f800714550 starting delivery 83: msg 4711 to local branch.example.jp-nakamura2@branch.example.jp
@400000006af396f80071b9f6 status: local 1/10 remote 0/20
@400000006af396f8284b8b3f delivery 83: deferral: File_has_been_locked_for_30_seconds_straight._(#4.3.0)/
@400000006af396f8284bff12 status: local 0/10 remote 0/20
@400000006af39824007145cc starting delivery 84: msg 4711 to local branch.example.jp-nakamura2@branch.example.jp
@400000006af398240071b9b0 status: local 1/10 remote 0/20
@400000006af398241581409d delivery 84: success: did_1+0+0/
@400000006af398241581b652 status: local 0/10 remote 0/20
@400000006af3982415822bce end msg 4711
@400000006af3a1da013badf4 new msg 4711
@400000006af3a1da013c22ce info msg 4711: bytes 5188 from <sato0@example.jp> qp 1251 uid 89
@400000006af3a1da013c9718 starting delivery 85: msg 4711 to remote sybil57@d14.example
@400000006af3a1da013d0dc2 status: local 0/10 remote 1/20
@400000006af3a1db29f0f833 delivery 85: success: 203.0.113.244_accepted_message./Remote_host_said:_250_2.6.0_<2fdb79e924@mx.example>_Queued_mail_for_delivery/
@400000006af3a1db29f16e4c status: local 0/10 remote 0/20
@400000006af3a1db29f1e337 end msg 4711
@400000006af3a907344bb22c new msg 4711
@400000006af3a907344c2733 info msg 4711: bytes 12555 from <judy11@example.jp> qp 1253 uid 89
@400000006af3a907344c9d7a starting delivery 86: msg 4711 to remote alice14@example.com
@400000006af3a907344d135e status: local 0/10 remote 1/20
@400000006af3a907344d86f5 starting delivery 87: msg 4711 to remote carol48@example.org
@400000006af3a907344dfc16 status: local 0/10 remote 2/20
@400000006af3a907344e72b7 starting delivery 88: msg 4711 to remote rupert60@example.net
@400000006af3a907344ee65c status: local 0/10 remote 3/20
@400000006af3a907344f5d40 starting delivery 89: msg 4711 to local example.jp-watanabe7@example.jp
@400000006af3a907344fd1ce status: local 1/10 remote 3/20
@400000006af3a90735da1a8e delivery 89: deferral: Home_directory_is_sticky:_user_is_editing_his_.qmail_file._(#4.2.1)/
@400000006af3a90735da9082 status: local 0/10 remote 3/20
@400000006af3a9082c16033f delivery 87: deferral: CNAME_lookup_failed_temporarily._(#4.4.3)/
@400000006af3a9082c1678f3 status: local 0/10 remote 2/20
@400000006af3a90838bf80b4 delivery 88: deferral: CNAME_lookup_failed_temporarily._(#4.4.3)/
@400000006af3a90838bff534 status: local 0/10 remote 1/20
@400000006af3a944060bea3e delivery 86: deferral: Connected_to_203.0.113.68_but_connection_died._(#4.4.2)/
@400000006af3a944060c60c2 status: local 0/10 remote 0/20
@400000006af3a96b344bb2f0 starting delivery 90: msg 4711 to local example.jp-watanabe7@example.jp
@400000006af3a96b344c27bd status: local 1/10 remote 0/20
@400000006af3a96b38e5b17b delivery 90: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af3a96b38e6263f status: local 0/10 remote 0/20
@400000006af3aa97344bb2de starting delivery 91: msg 4711 to remote carol48@example.org
@400000006af3aa97344c28f1 status: local 0/10 remote 1/20
@400000006af3aa9925e883c6 delivery 91: deferral: Connected_to_203.0.113.203_but_connection_died._Possible_duplicate!_(#4.4.2)/
@400000006af3aa9925e8f9bc status: local 0/10 remote 0/20
@400000006af3aac0344bb357 starting delivery 92: msg 4711 to remote rupert60@example.net
@400000006af3aac0344c2791 status: local 0/10 remote 1/20
@400000006af3aac10d50a165 delivery 92: deferral: CNAME_lookup_failed_temporarily._(#4.4.3)/
@400000006af3aac10d51178c status: local 0/10 remote 0/20
@400000006af3abe0344bb2f9 starting delivery 93: msg 4711 to remote alice14@example.com
@400000006af3abe0344c2845 status: local 0/10 remote 1/20
@400000006af3abe321a37f24 delivery 93: deferral: Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/
@400000006af3abe321a3f543 status: local 0/10 remote 0/20
@400000006af3af47344bb258 starting delivery 94: msg 4711 to remote carol48@example.org
@400000006af3af47344c273e status: local 0/10 remote 1/20
@400000006af3af481436edc3 delivery 94: deferral: Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/
@400000006af3af48143763c6 status: local 0/10 remote 0/20
@400000006af3af98344bb28e starting delivery 95: msg 4711 to remote rupert60@example.net
@400000006af3af98344c28dc status: local 0/10 remote 1/20
@400000006af3af9909f333c7 delivery 95: success: 203.0.113.139_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_e71865a613/
@400000006af3af9909f3a918 status: local 0/10 remote 0/20
@400000006af3b1a8344bb345 starting delivery 96: msg 4711 to remote alice14@example.com
@400000006af3b1a8344c288b status: local 0/10 remote 1/20
@400000006af3b1a916adaf17 delivery 96: success: 203.0.113.187_accepted_message./Remote_host_said:_250_2.6.0_<1b4b85bff7@mx.example>_Queued_mail_for_delivery/
@400000006af3b1a916ae245f status: local 0/10 remote 0/20
@400000006af3b717344bb350 starting delivery 97: msg 4711 to remote carol48@example.org
@400000006af3b717344c27b5 status: local 0/10 remote 1/20
@400000006af3b71a08a3eb0a delivery 97: deferral: Connected_to_203.0.113.2_but_connection_died._Possible_duplicate!_(#4.4.2)/
@400000006af3b71a08a45f7a status: local 0/10 remote 0/20
@400000006af3bfa82cbcc6fa new msg 4712
@400000006af3bfa82cbd3c1f info msg 4712: bytes 5438 from <frank75@example.com> qp 1255 uid 89
@400000006af3bfa82cbdb24b starting delivery 98: msg 4712 to local example.jp-abe12@example.jp
@400000006af3bfa82cbe2630 status: local 1/10 remote 0/20
@400000006af3bfa909d837d8 delivery 98: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af3bfa909d8ae9c status: local 0/10 remote 0/20
@400000006af3bfa909d92275 end msg 4712
@400000006af3c207344bb383 starting delivery 99: msg 4711 to remote carol48@example.org
@400000006af3c207344c2854 status: local 0/10 remote 1/20
@400000006af3c20c0aa1792f delivery 99: deferral: Sorry,_I_couldn't_find_any_host_by_that_name._(#4.1.2)/
@400000006af3c20c0aa1edc1 status: local 0/10 remote 0/20
@400000006af3d017344bb295 starting delivery 100: msg 4711 to remote carol48@example.org
@400000006af3d017344c27d2 status: local 0/10 remote 1/20
@400000006af3d0191a3f54e1 delivery 100: deferral: 203.0.113.118_failed_on_DATA_command./Remote_host_said:_452_4.2.2_Mailbox_full/
@400000006af3d0191a3fca34 status: local 0/10 remote 0/20
@400000006af3e147344bb384 starting delivery 101: msg 4711 to remote carol48@example.org
@400000006af3e147344c2751 status: local 0/10 remote 1/20
@400000006af3e1482d1ef0f7 delivery 101: deferral: Connected_to_203.0.113.169_but_connection_died._Possible_duplicate!_(#4.4.2)/
@400000006af3e1482d1f652c status: local 0/10 remote 0/20
@400000006af3f597344bb2f2 starting delivery 102: msg 4711 to remote carol48@example.org
@400000006af3f597344c2897 status: local 0/10 remote 1/20
@400000006af3f59b324a07ba delivery 102: deferral: System_resources_temporarily_unavailable._(#4.3.0)/
@400000006af3f59b324a7ba8 status: local 0/10 remote 0/20
@400000006af40d07344bb2f6 starting delivery 103: msg 4711 to remote carol48@example.org
@400000006af40d07344c281f status: local 0/10 remote 1/20
@400000006af40d0d2f24f101 delivery 103: deferral: Connected_to_203.0.113.172_but_sender_was_rejected./Remote_host_said:_421_4.7.0_Too_many_connections_from_your_address/
@400000006af40d0d2f2565eb status: local 0/10 remote 0/20
@400000006af42797344bb32b starting delivery 104: msg 4711 to remote carol48@example.org
@400000006af42797344c27d4 status: local 0/10 remote 1/20
@400000006af4279a38ddd604 delivery 104: deferral: System_resources_temporarily_unavailable._(#4.3.0)/
@400000006af4279a38de4aee status: local 0/10 remote 0/20
@400000006af4326b0032773a new msg 4712
@400000006af4326b0032ec95 info msg 4712: bytes 5268 from <tanaka79@example.com> qp 1258 uid 89
@400000006af4326b003360d6 starting delivery 105: msg 4712 to local branch.example.jp-suzuki12@branch.example.jp
@400000006af4326b0033d676 status: local 1/10 remote 0/20
@400000006af4326b0c42c0be delivery 105: success: did_1+0+0/
@400000006af4326b0c4335d1 status: local 0/10 remote 0/20
@400000006af4326b0c43ab01 end msg 4712
@400000006af443fb019c7a0e new msg 4712
@400000006af443fb019cef16 info msg 4712: bytes 2710 from <frank10@example.jp> qp 1261 uid 89
@400000006af443fb019d660b starting delivery 106: msg 4712 to remote ivan86@example.net
@400000006af443fb019dda76 status: local 0/10 remote 1/20
@400000006af443fc06deb678 delivery 106: success: 203.0.113.117_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_58a150ece8/
@400000006af443fc06df2cc9 status: local 0/10 remote 0/20
@400000006af443fc06dfa1bd end msg 4712
@400000006af4446734f13ab6 new msg 4712
@400000006af4446734f1ae94 info msg 4712: bytes 6627 from <yamada22@example.com> qp 1263 uid 89
@400000006af4446734f223ad starting delivery 107: msg 4712 to local example.jp-kobayashi11@example.jp
@400000006af4446734f298d8 status: local 1/10 remote 0/20
@400000006af4446807af6c5e delivery 107: success: did_1+0+0/
@400000006af4446807afe1c7 status: local 0/10 remote 0/20
@400000006af4446807b05771 end msg 4712
@400000006af444ab3b8a9320 new msg 4712
@400000006af444ab3b8b0776 info msg 4712: bytes 13938 from <judy31@example.com> qp 1265 uid 89
@400000006af444ab3b8b7cfc starting delivery 108: msg 4712 to local example.jp-nakamura9@example.jp
@400000006af444ab3b8bf182 status: local 1/10 remote 0/20
@400000006af444ac055a039b delivery 108: deferral: Unable_to_chdir_to_maildir._(#4.2.1)/
@400000006af444ac055a77f2 status: local 0/10 remote 0/20
@400000006af4450f3b8a9323 starting delivery 109: msg 4712 to local example.jp-nakamura9@example.jp
@400000006af4450f3b8b0808 status: local 1/10 remote 0/20
@400000006af445100121f465 delivery 109: deferral: Home_directory_is_sticky:_user_is_editing_his_.qmail_file._(#4.2.1)/
@400000006af44510012268ef status: local 0/10 remote 0/20
@400000006af44547344bb362 starting delivery 110: msg 4711 to remote carol48@example.org
@400000006af44547344c28ce status: local 0/10 remote 1/20
@400000006af4454805d46bc9 delivery 110: deferral: Connected_to_203.0.113.103_but_sender_was_rejected./Remote_host_said:_421_4.7.0_Too_many_connections_from_your_address/
@400000006af4454805d4dfc8 status: local 0/10 remote 0/20
@400000006af4463b3b8a932d starting delivery 111: msg 4712 to local example.jp-nakamura9@example.jp
@400000006af4463b3b8b0759 status: local 1/10 remote 0/20
@400000006af4463c16849311 delivery 111: deferral: Uh-oh:_home_directory_is_writable._(#4.7.0)/
@400000006af4463c16850951 status: local 0/10 remote 0/20
@400000006af446ae2dbf5da4 new msg 4713
@400000006af446ae2dbfd396 info msg 4713: bytes 17659 from <hashimoto19@example.com> qp 1268 uid 89
@400000006af446ae2dc049a3 starting delivery 112: msg 4713 to local branch.example.jp-alice2@branch.example.jp
@400000006af446ae2dc0be23 status: local 1/10 remote 0/20
@400000006af446af07f255f2 delivery 112: success: did_1+1+0/qp_1269/
@400000006af446af07f2cbbd status: local 0/10 remote 0/20
@400000006af446af07f340e5 end msg 4713
@400000006af446af0981fe77 new msg 4713
@400000006af446af098274ae info msg 4713: bytes 17779 from <hashimoto19@example.com> qp 1269 uid 1001
@400000006af446af0982e868 starting delivery 113: msg 4713 to remote judy24@post.example.net
@400000006af446af09835d96 status: local 0/10 remote 1/20
@400000006af446b206a4eb02 delivery 113: failure: 203.0.113.109_failed_after_I_sent_the_message./Remote_host_said:_554_5.7.1_Message_refused_as_spam/
@400000006af446b206a55f58 status: local 0/10 remote 0/20
@400000006af446b206a5d501 bounce msg 4713 qp 1270
@400000006af446b206a64a2e end msg 4713
@400000006af446b20ff8bb96 new msg 4713
@400000006af446b20ff9304e info msg 4713: bytes 18679 from <> qp 1270 uid 7796
@400000006af446b20ff9a604 starting delivery 114: msg 4713 to remote hashimoto19@example.com
@400000006af446b20ffa1aaf status: local 0/10 remote 1/20
@400000006af446b33788384d delivery 114: success: 203.0.113.3_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_5db22b3e4a/
@400000006af446b33788ad48 status: local 0/10 remote 0/20
@400000006af446b337892330 end msg 4713
@400000006af447930a5f5ad5 new msg 4713
@400000006af447930a5fceeb info msg 4713: bytes 10275 from <ikeda81@example.org> qp 1271 uid 89
@400000006af447930a604485 starting delivery 115: msg 4713 to local example.jp-yoshida2@example.jp
@400000006af447930a60b97a status: local 1/10 remote 0/20
@400000006af4479318823836 delivery 115: success: Jan_01_00:00:00_lda(u@example.jp)<100><s>:_Info:_stored_mail_into_mailbox_'INBOX'/did_0+0+1/
@400000006af447931882ac98 status: local 0/10 remote 0/20
@400000006af447931883231a end msg 4713
@400000006af4482f3b8a9240 starting delivery 116: msg 4712 to local example.jp-nakamura9@example.jp
@400000006af4482f3b8b0860 status: local 1/10 remote 0/20
@400000006af448300750f99d delivery 116: deferral: Uh-oh:_home_directory_is_writable._(#4.7.0)/
@400000006af4483007516ef0 status: local 0/10 remote 0/20
@400000006af44aeb3b8a91bd starting delivery 117: msg 4712 to local example.jp-nakamura9@example.jp
@400000006af44aeb3b8b088c status: local 1/10 remote 0/20
@400000006af44aec27cb8101 delivery 117: success: did_0+0+1/
