### Unchecked translation.

# yes: a speaker has checked every text here. no: switched on only by the authority's own decision.
checked = no
digest-subject = War cusub oo dugsiga ka yimid
sameday-subject = Fariin dugsiga ka timid maanta
confirm-subject = Xaqiiji ciwaanka iimaylkaaga
digest-notice = Waxaa jira wax cusub oo dugsiga ka yimid oo la akhriyo.
sameday-notice = Maanta waxaa jirta fariin dugsiga ka timid. Akhri sida ugu dhakhsaha badan.
sameday-call = Dugsigu wuxuu hayaa fariin maanta ku saabsan. Wac dugsiga sida ugu dhakhsaha badan.
confirm-notice = Dugsigu wuxuu rabaa inuu wax ku soo qoro ciwaankan. Xaqiiji inuu kan kuu yahay. Haddii aanu kaaga ahayn, waxba kuma qabato inaad samayso.
plain-absence = { $name }: { $minutes } oo maqnaansho ah, { $days }.
plain-minutes =
    { $form ->
        [one] hal daqiiqo
       *[other] { $count } daqiiqo
    }
plain-days =
    { $form ->
        [one] hal maalin
       *[other] { $count } maalmood
    }
plain-talk = { $name }: wadahadal horumarineed ayaa la ballansaday { $date }.
read-at = Wax dheeraad ah halkan ka akhri: { $address }
confirm-at = Halkan ka xaqiiji: { $address }
seen-at = Halkan dugsiga ugu sheeg inaad aragtay: { $address }
wishes-at = Halkan ka dooro inta jeer iyo luqadda: { $address }
stop-at = Ma rabtaa inaad joojiso iimayladan? Halkan ka jooji: { $address }
no-answer = Iimaylkan lagama jawaabi karo. Wac dugsiga haddii aad su'aalo qabto.
