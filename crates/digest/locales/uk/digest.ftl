### Unchecked translation.

# yes: a speaker has checked every text here. no: switched on only by the authority's own decision.
checked = no
digest-subject = Новини зі школи
sameday-subject = Повідомлення зі школи сьогодні
confirm-subject = Підтвердьте свою електронну адресу
digest-notice = Є щось нове зі школи, що варто прочитати.
sameday-notice = Сьогодні є повідомлення зі школи. Прочитайте його якнайшвидше.
sameday-call = Школа має повідомлення про сьогоднішній день. Зателефонуйте до школи якнайшвидше.
confirm-notice = Школа хоче писати на цю адресу. Підтвердьте, що вона ваша. Якщо вона не ваша, нічого робити не потрібно.
plain-absence = { $name }: { $minutes } відсутності, { $days }.
plain-minutes =
    { $form ->
        [one] { $count } хвилина
        [few] { $count } хвилини
        [many] { $count } хвилин
       *[other] { $count } хвилини
    }
plain-days =
    { $form ->
        [one] { $count } день
        [few] { $count } дні
        [many] { $count } днів
       *[other] { $count } дня
    }
plain-talk = { $name }: розмову про розвиток призначено на { $date }
read-at = Докладніше тут: { $address }
confirm-at = Підтвердити тут: { $address }
seen-at = Повідомте школі, що ви це бачили, тут: { $address }
wishes-at = Виберіть, як часто та якою мовою, тут: { $address }
stop-at = Не хочете отримувати ці листи? Припиніть їх тут: { $address }
no-answer = На цей лист неможливо відповісти. Зателефонуйте до школи, якщо маєте запитання.
