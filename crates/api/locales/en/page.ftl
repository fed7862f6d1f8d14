### The page that says what mentorlog is and how to ask it.

page-title = mentorlog – how to ask
page-skip = To the content
page-other-language = På svenska
page-heading = What has happened, who has the pupil, and how much are they absent?
page-what = mentorlog is the system that full-time mentors in Swedish schools work in. Every contact, assignment and correction is an event in a log that is never rewritten.
page-how = Everything is reached through one GraphQL endpoint at /graphql. When a mutation is answered, the event is on disk. What you have no right to see is answered exactly as what does not exist. Every reading of a pupil's case is put on record before the answer leaves.
page-token-heading = Who is asking?
page-token-label = Token
page-token-help = The demo prints one line for each role when it starts: token ROLE VALUE. Paste the value here. It leaves the page only with your questions and is not kept.
page-examples-heading = Examples that run
page-examples-help = Do change the text. Words in braces, such as {"{pupil}"}, are filled in when you run it: a new name for the command, your first pupil, and one of the pupil's guardians.
page-operation-label = Question
page-answer-label = Answer
page-run = Run
page-running = Asking …
page-failed = The service did not answer. See that it is running and try again.
page-needs-token = Fill in a token first.
page-no-pupil = Whoever asks has no pupil. Try a mentor's or a principal's token.
page-curl-label = The same question in a terminal
page-noscript = Without JavaScript the examples can be run with the lines below each question. Put the token in place of TOKEN.
page-schema = The whole schema is described and can be had by an introspection query.

example-caseload = My pupils
example-caseload-why = A mentor sees the pupils they have today, for how long, and when a guardian was last reached.
example-contact = A contact with a guardian
example-contact-why = The same command sent twice happens once: the name in commandId decides.
example-timeline = A pupil's timeline
example-timeline-why = The latest first, with who did it, when it happened and when it was recorded.
example-absence = The pilot's absence table
example-absence-why = Shares are made from registered minutes and rounded last. Beside them always stands what they are counted on and how much of the time was registered. Whoever a committee has appointed sees that committee's schools. The published figure for Ånestadsskolan in autumn 2019 is for grade 7 alone.
example-change = The change at Ånestadsskolan
example-change-why = For grade 7, made from unrounded shares: 1.24 percentage points, though the rounded figures differ by 1.25.
page-day = In the demo it is { $day }, and time goes on from there: the pupils are at school, and the term is running.
page-mail = See the e-mails that the demo has written to guardians
