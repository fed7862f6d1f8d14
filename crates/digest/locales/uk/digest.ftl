### Unchecked translation.

# yes: a speaker has checked every text here. no: switched on only by the authority's own decision.
checked = no
digest-subject = Новини зі школи
sameday-subject = Повідомлення зі школи сьогодні
confirm-subject = Підтвердьте свою електронну адресу
digest-notice = Є щось нове зі школи, що варто прочитати.
sameday-notice = Сьогодні є повідомлення зі школи. Прочитайте його якнайшвидше.
confirm-notice = Школа хоче писати на цю адресу. Підтвердьте, що вона ваша.
plain-absence =
    { $form ->
        [one] { $name }: { $minutes } хв відсутності, { $days } день.
        [few] { $name }: { $minutes } хв відсутності, { $days } дні.
        [many] { $name }: { $minutes } хв відсутності, { $days } днів.
       *[other] { $name }: { $minutes } хв відсутності, { $days } дня.
    }
plain-talk = { $name }: розмову про розвиток призначено на { $date }.
read-at = Докладніше тут: { $address }
confirm-at = Підтвердити тут: { $address }
seen-at = Повідомте школі, що ви це бачили, тут: { $address }
wishes-at = Виберіть, як часто та якою мовою, тут: { $address }
stop-at = Не хочете отримувати ці листи? Припиніть їх тут: { $address }
no-answer = На цей лист неможливо відповісти. Зателефонуйте до школи, якщо маєте запитання.
