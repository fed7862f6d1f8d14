# The demo's e-mails to guardians
mail-heading = E-mails to guardians
mail-what = This is what the demo has written to guardians. Nothing is sent: the e-mails lie in a folder on this machine.
mail-languages = Only the Swedish and the English texts have been checked by someone who speaks the language. The demo writes in all of them even so, so that they can be seen.
mail-none = The demo has written no e-mail.
mail-back = All e-mails
mail-to = To
mail-subject = Subject
mail-text = The text
mail-html = As it looks with formatting
mail-links = The links back to the demo can be followed, and what is chosen there holds. The address of the school's portal is invented.
