### Unchecked translation. Pages that a guardian reaches by a link in an e-mail.

# yes: a speaker has checked every text here. no: shown only where the authority has switched the language on.
links-checked = no
link-broken = Hadda ma shaqayn. Mar kale isku day wax yar kadib.
link-unclear = Weli lama kaydin. Dooro inta jeer ee aad rabto iimaylada iyo luqadda.
link-enough = Maanta marar badan ayaad beddeshay doorashooyinkaaga. Kuwii ugu dambeeyay ee la kaydiyay ayaa shaqaynaya. Berri ayaad mar kale beddeli kartaa, ama wac dugsiga.
link-languages = Luqadda
gone-heading = Boggu ma jiro
gone-what = Ma waxaad ka timid xiriiriye ku jira iimayl dugsiga ka yimid? Markaas xiriiriyahaasi ma shaqaynayo mar dambe. Iimaylka ugu cusub wuxuu leeyahay mid shaqaynaya. Wac dugsiga haddii aad su'aalo qabto.
stop-heading = Jooji iimaylada dugsiga
stop-ask = Ma rabtaa inaad joojiso soo koobidda dugsiga ee ku saabsan carruurtaada? Dugsigu weli wuu kula soo xiriiri karaa haddii wax degdeg ah jiraan.
stop-button = Haa, jooji
stop-done = Soo koobid dambe kuma soo gaari doonto. Dugsigu wuu dib u shidi karaa haddii aad codsato.
wishes-heading = Dooro sida iimaylada dugsigu kuugu yimaadaan
wishes-ask = Sidee ayaad rabtaa inaad u hesho soo koobidda dugsiga ee ku saabsan carruurtaada?
wishes-button = Kaydi
wishes-done = Waa la kaydiyey. Iimaylka xiga wuxuu u iman doonaa sidii aad dooratay.
wishes-done-off = Waa la kaydiyey. Soo koobid dambe kuma soo gaari doonto. Dugsigu weli wuu kula soo xiriiri karaa haddii wax degdeg ah jiraan.
wishes-frequency = Inta jeer
wishes-weekly = Ugu badnaan toddobaadkii hal mar
wishes-monthly = Ugu badnaan bishii hal mar
wishes-off = Marna
wishes-language = Luqadda iimaylada
wishes-plain = Qoraal caadi ah oo keliya
confirm-heading = Xaqiiji ciwaankaaga iimaylka
confirm-ask = Ma rabtaa iimaylada dugsiga inay yimaadaan ciwaanka aad ka heshay xiriiriyaha? Haddii aanu kaaga ahayn, waxba kuma qabato inaad samayso.
confirm-button = Haa, ciwaanku waa kayga
confirm-done = Mahadsanid. Dugsigu hadda wuu ku soo qori karaa ciwaankan.
seen-heading = Fariin dugsiga ka timid
seen-ask = Ma akhriday fariinta dugsiga?
seen-button = Haa, waan akhriyey
seen-done = Mahadsanid. Dugsigu hadda wuu og yahay inaad akhriday.
