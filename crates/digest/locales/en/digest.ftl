### E-mail to guardians. The subject line never says more than that there is something new.

# yes: a speaker has checked every text here. no: switched on only by the authority's own decision.
checked = yes
digest-subject = News from school
sameday-subject = A message from school today
confirm-subject = Confirm your e-mail address
digest-notice = There is something new from school to read.
sameday-notice = There is a message from school today. Read it as soon as you can.
sameday-call = The school has a message about today. Call the school as soon as you can.
confirm-notice = The school wants to write to this address. Confirm that it is yours. If it is not, you need do nothing.
plain-absence = { $name }: absent for { $minutes }, { $days }.
plain-minutes =
    { $form ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
plain-days =
    { $form ->
        [one] one day
       *[other] { $count } days
    }
plain-talk = { $name }: a development talk is booked on { $date }.
read-at = Read more here: { $address }
confirm-at = Confirm here: { $address }
seen-at = Tell the school here that you have seen this: { $address }
wishes-at = Choose how often and in which language here: { $address }
stop-at = Do you not want these e-mails? End them here: { $address }
no-answer = This e-mail cannot be answered. Call the school if you have questions.
