### Pages that a guardian reaches by a link in an e-mail.

# yes: a speaker has checked every text here. no: shown only where the authority has switched the language on.
links-checked = yes
link-broken = It did not work just now. Try again in a while.
link-unclear = It is not saved yet. Choose how often you want e-mails, and in which language.
link-enough = You have changed your choices many times today. The last ones that were saved apply. You can change them again tomorrow, or call the school.
link-languages = Language
gone-heading = The page is not there
gone-what = Did you follow a link in an e-mail from school? Then the link is no longer valid. The newest e-mail has one that is. Call the school if you have questions.
stop-heading = End e-mails from school
stop-ask = Do you want to stop getting digests from school about your children? The school may still contact you if something is urgent.
stop-button = Yes, stop them
stop-done = You will get no more digests. The school can turn them on again if you ask.
wishes-heading = Choose how you get e-mails from school
wishes-ask = How do you want to get digests from school about your children?
wishes-button = Save
wishes-done = It is saved. The next e-mail comes as you have chosen.
wishes-done-off = It is saved. You will get no more digests. The school may still contact you if something is urgent.
wishes-frequency = How often
wishes-weekly = At most once a week
wishes-monthly = At most once a month
wishes-off = Never
wishes-language = Language of the e-mails
wishes-plain = Plain text only, without formatting
confirm-heading = Confirm your e-mail address
confirm-ask = Do you want e-mails from school at the address where you got the link? If it is not yours, you need do nothing.
confirm-button = Yes, the address is mine
confirm-done = Thank you. The school can now write to the address.
seen-heading = A message from school
seen-ask = Have you read the school's message?
seen-button = Yes, I have read it
seen-done = Thank you. The school knows now that you have read it.
