### Inloggning.

sign-in-heading = Logga in
sign-in-heading-in = Du är inloggad
sign-in-heading-out = Du är utloggad
sign-in-at-provider = Logga in med { $provider }
sign-in-local-heading = Lokalt konto
sign-in-local-help = För den som har fått ett eget konto av systemförvaltaren.
sign-in-name = Kontonamn
sign-in-password = Lösenord
sign-in-button = Logga in
sign-in-wrong = Kontonamnet eller lösenordet stämmer inte.
sign-in-too-often = För många försök. Vänta en kvart och försök igen.
sign-in-again = Sidan var för gammal. Fyll i uppgifterna en gång till.
sign-in-no-provider = Inloggningstjänsten svarar inte just nu. Försök igen om en stund.
sign-in-provider-failed = Inloggningen gick inte igenom. Börja om här.
sign-in-no-account = Du är känd hos inloggningstjänsten men har inget konto här. Vänd dig till systemförvaltaren.
sign-in-broken = Ingen kan logga in just nu. Felet finns hos oss. Försök igen om en stund.
sign-in-is-in = Sessionen avslutas när du loggar ut eller inte har gjort något på en stund.
sign-in-go-on = Till mentorlog
sign-in-out = Logga ut
sign-in-not-out = Du kunde inte loggas ut och är fortfarande inloggad. Felet finns hos oss. Försök igen, eller lås datorn.
sign-in-is-out = Den som använder datorn efter dig ser inget av det du har sett.
sign-in-out-there = Logga ut även hos { $provider }
sign-in-in-again = Logga in igen
