### Sign-in.

sign-in-heading = Sign in
sign-in-heading-in = You are signed in
sign-in-heading-out = You are signed out
sign-in-at-provider = Sign in with { $provider }
sign-in-local-heading = Local account
sign-in-local-help = For whoever has been given an account by the administrator.
sign-in-name = Account name
sign-in-password = Password
sign-in-button = Sign in
sign-in-wrong = The account name or the password is wrong.
sign-in-too-often = Too many tries. Wait a quarter of an hour and try again.
sign-in-again = The page was too old. Fill in the form once more.
sign-in-no-provider = The sign-in service does not answer at the moment. Try again in a while.
sign-in-provider-failed = The sign-in did not work. Begin again here.
sign-in-no-account = You are known to the sign-in service but have no account here. Turn to the administrator.
sign-in-broken = Nobody can sign in at the moment. The fault is ours. Try again in a while.
sign-in-is-in = The session ends when you sign out, or when you have not done anything for a while.
sign-in-go-on = To mentorlog
sign-in-out = Sign out
sign-in-not-out = You could not be signed out: you are still signed in. The fault is ours. Try again, or lock the computer.
sign-in-is-out = Whoever uses the computer after you sees nothing of what you have seen.
sign-in-out-there = Sign out from { $provider } too
sign-in-in-again = Sign in again
