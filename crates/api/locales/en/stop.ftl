### Ending e-mails.

stop-heading = E-mail from school
stop-ask = Do you want to stop getting e-mails from school about your children?
stop-button = Yes, stop them
stop-done = You will get no more digests. The school can turn them on again if you ask.
stop-broken = It did not work just now. Try again in a while.
