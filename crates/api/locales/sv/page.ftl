### Sidan som säger vad mentorlog är och hur man frågar det.

page-title = mentorlog – så frågar du
page-skip = Till innehållet
page-other-language = In English
page-heading = Vad har hänt, vem har eleven och hur mycket är eleven borta?
page-what = mentorlog är systemet som heltidsmentorer i svenska skolor arbetar i. Varje kontakt, varje uppdrag och varje rättelse är en händelse i en logg som aldrig skrivs om.
page-how = Allt nås genom ett GraphQL-gränssnitt på /graphql. När svaret på en mutation kommer står händelsen på disk. Vad du inte har rätt att se svaras på precis som det som inte finns. Varje läsning av ett elevärende antecknas innan svaret lämnas.
page-token-heading = Vem frågar?
page-token-label = Nyckel
page-token-help = Demon skriver en rad för varje roll när den startar: token ROLL VÄRDE. Klistra in värdet här. Det lämnar bara sidan tillsammans med dina frågor och sparas inte.
page-examples-heading = Exempel som går att köra
page-examples-help = Ändra gärna i texten. Ord inom klamrar, som {"{pupil}"}, fylls i när du kör: en ny nyckel för kommandot, din första elev och en av elevens vårdnadshavare.
page-operation-label = Fråga
page-answer-label = Svar
page-run = Kör
page-running = Frågar …
page-failed = Tjänsten svarade inte. Kontrollera att den är igång och försök igen.
page-needs-token = Fyll i en nyckel först.
page-no-pupil = Den som frågar har ingen elev. Pröva med en mentors eller rektors nyckel.
page-curl-label = Samma fråga i ett terminalfönster
page-noscript = Utan JavaScript går exemplen att köra med raderna under varje fråga. Byt ut TOKEN mot nyckeln.
page-schema = Hela schemat är beskrivet och går att hämta med en introspektionsfråga.

example-caseload = Mina elever
example-caseload-why = En mentor ser eleverna som hen har i dag, hur länge, och när en vårdnadshavare senast nåddes.
example-contact = En kontakt med en vårdnadshavare
example-contact-why = Samma kommando skickat två gånger händer en gång: nyckeln i commandId avgör.
example-timeline = En elevs tidslinje
example-timeline-why = Det senaste först, med vem som gjorde det, när det hände och när det antecknades.
example-absence = Pilotens frånvarotabell
example-absence-why = Andelarna räknas ur registrerade minuter och avrundas sist. Bredvid står alltid vad de räknas på och hur stor del av tiden som registrerats. Den som är utsedd av en nämnd ser den nämndens skolor. Det publicerade talet för Ånestadsskolan hösten 2019 gäller bara årskurs 7.
example-change = Förändringen på Ånestadsskolan
example-change-why = För årskurs 7, räknad ur orundade andelar: 1,24 procentenheter, fast de avrundade talen skiljer 1,25.
page-day = I demon är det { $day }, och klockan går vidare därifrån: eleverna går i skolan, och terminen pågår.
page-mail = Se mejlen som demon har skrivit till vårdnadshavare
