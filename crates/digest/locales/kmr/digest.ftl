### Unchecked translation.

# yes: a speaker has checked every text here. no: switched on only by the authority's own decision.
checked = no
digest-subject = Nûçe ji dibistanê
sameday-subject = Peyamek îro ji dibistanê
confirm-subject = Navnîşana e-nameya xwe piştrast bike
digest-notice = Tiştekî nû ji dibistanê heye ku were xwendin.
sameday-notice = Îro peyamek ji dibistanê heye. Zû bixwîne.
sameday-call = Peyameke dibistanê ya îro heye. Zû telefonî dibistanê bike.
confirm-notice = Dibistan dixwaze ji vê navnîşanê re binivîse. Piştrast bike ku ya te ye. Heke ne ya te be, ne hewce ye tu tiştekî bikî.
plain-absence = { $name }: { $minutes } nebûn, { $days }.
plain-minutes =
    { $form ->
        [one] deqîqeyek
       *[other] { $count } deqîqe
    }
plain-days =
    { $form ->
        [one] rojek
       *[other] { $count } roj
    }
plain-talk = { $name }: axaftina pêşketinê ji bo { $date } hatiye diyarkirin.
read-at = Li vir bêtir bixwîne: { $address }
confirm-at = Li vir piştrast bike: { $address }
seen-at = Li vir ji dibistanê re bêje ku te ev dîtiye: { $address }
wishes-at = Li vir hilbijêre çend caran û bi kîjan zimanî: { $address }
stop-at = Tu van e-nameyan naxwazî? Li vir rawestîne: { $address }
no-answer = Bersiva vê e-nameyê nayê dayîn. Heke pirsên te hebin telefonî dibistanê bike.
