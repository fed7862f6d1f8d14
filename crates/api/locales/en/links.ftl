### Pages that a guardian reaches by a link in an e-mail.

link-broken = It did not work just now. Try again in a while.
link-unclear = Choose how often you want e-mails, and in which language.
stop-heading = E-mail from school
stop-ask = Do you want to stop getting e-mails from school about your children?
stop-button = Yes, stop them
stop-done = You will get no more digests. The school can turn them on again if you ask.
wishes-heading = E-mail from school
wishes-ask = How do you want to get e-mails from school about your children?
wishes-button = Save
wishes-done = It is saved. The next e-mail comes as you have chosen.
wishes-frequency = How often
wishes-weekly = At most once a week
wishes-monthly = At most once a month
wishes-off = Never
wishes-language = Language
wishes-plain = Plain text only, without formatting
confirm-heading = Your e-mail address
confirm-ask = Do you want e-mails from school at the address where you got the link?
confirm-button = Yes, the address is mine
confirm-done = Thank you. The school can now write to the address.
seen-heading = A message from school today
seen-ask = Have you read the school's message?
seen-button = Yes, I have read it
seen-done = Thank you. The school knows now that you have read it.
