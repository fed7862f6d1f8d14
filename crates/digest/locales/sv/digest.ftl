### Mejl till vårdnadshavare. Ämnesraden säger aldrig mer än att det finns något nytt.

# yes: a speaker has checked every text here. no: switched on only by the authority's own decision.
checked = yes
digest-subject = Nytt från skolan
sameday-subject = Meddelande från skolan idag
confirm-subject = Bekräfta din e-postadress
digest-notice = Det finns något nytt från skolan att läsa.
sameday-notice = Det finns ett meddelande från skolan idag. Läs det så snart du kan.
sameday-call = Skolan har ett meddelande om idag. Ring skolan så snart du kan.
confirm-notice = Skolan vill skriva till den här adressen. Bekräfta att den är din. Är den inte din behöver du inte göra något.
plain-absence = { $name }: frånvaro { $minutes }, { $days }.
plain-minutes =
    { $form ->
        [one] { $count } minut
       *[other] { $count } minuter
    }
plain-days =
    { $form ->
        [one] en dag
       *[other] { $count } dagar
    }
plain-talk = { $name }: utvecklingssamtal bokat { $date }.
read-at = Läs mer här: { $address }
confirm-at = Bekräfta här: { $address }
seen-at = Tala om för skolan att du har sett det här: { $address }
wishes-at = Välj hur ofta och på vilket språk här: { $address }
stop-at = Vill du inte ha de här mejlen? Avsluta dem här: { $address }
no-answer = Det går inte att svara på det här mejlet. Ring skolan om du har frågor.
