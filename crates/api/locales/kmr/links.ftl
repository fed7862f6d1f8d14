### Unchecked translation. Pages that a guardian reaches by a link in an e-mail.

# yes: a speaker has checked every text here. no: shown only where the authority has switched the language on.
links-checked = no
link-broken = Niha nebû. Piştî demekê dîsa biceribîne.
link-unclear = Hîn nehatiye tomarkirin. Hilbijêre çend caran û bi kîjan zimanî e-nameyan dixwazî.
link-enough = Te îro hilbijartinên xwe gelek caran guherandin. Yên dawî yên hatine tomarkirin derbasdar in. Sibê tu dikarî dîsa biguherînî, an telefonî dibistanê bike.
link-languages = Ziman
gone-heading = Ev rûpel tune ye
gone-what = Tu bi girêdaneke di e-nameya dibistanê de hatî? Nexwe ew girêdan êdî ne derbasdar e. E-nameya herî nû girêdaneke derbasdar heye. Heke pirsên te hebin telefonî dibistanê bike.
stop-heading = E-nameyên dibistanê rawestîne
stop-ask = Tu dixwazî êdî kurteyên dibistanê yên li ser zarokên xwe nestînî? Heke tiştekî lezgîn hebe, dibe ku dibistan dîsa jî bi te re têkiliyê dayne.
stop-button = Erê, rawestînin
stop-done = Êdî kurte ji te re nayên. Heke tu bixwazî, dibistan dikare wan dîsa veke.
wishes-heading = Hilbijêre e-nameyên dibistanê çawa bên
wishes-ask = Tu dixwazî kurteyên dibistanê yên li ser zarokên xwe çawa bistînî?
wishes-button = Tomar bike
wishes-done = Hat tomarkirin. E-nameya din wisa tê wekî te hilbijart.
wishes-done-off = Hat tomarkirin. Êdî kurte ji te re nayên. Heke tiştekî lezgîn hebe, dibe ku dibistan dîsa jî bi te re têkiliyê dayne.
wishes-frequency = Çend caran
wishes-weekly = Herî zêde heftiyê carekê
wishes-monthly = Herî zêde mehê carekê
wishes-off = Qet
wishes-language = Zimanê e-nameyan
wishes-plain = Tenê nivîsa sade, bê şêwe
confirm-heading = Navnîşana e-nameya xwe piştrast bike
confirm-ask = Tu dixwazî e-nameyên dibistanê bên navnîşana ku girêdan jê re hat? Heke ne ya te be, ne hewce ye tu tiştekî bikî.
confirm-button = Erê, navnîşan ya min e
confirm-done = Spas. Dibistan niha dikare ji vê navnîşanê re binivîse.
seen-heading = Peyamek ji dibistanê
seen-ask = Te peyama dibistanê xwend?
seen-button = Erê, min xwend
seen-done = Spas. Dibistan niha dizane ku te ew xwendiye.
