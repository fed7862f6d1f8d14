### Unchecked translation.

# yes: a speaker has checked every text here. no: switched on only by the authority's own decision.
checked = no
digest-subject = خبر نو از مکتب
sameday-subject = پیام امروز از مکتب
confirm-subject = آدرس ایمیل خود را تأیید کنید
digest-notice = چیزی نو از مکتب برای خواندن است.
sameday-notice = امروز پیامی از مکتب است. هرچه زودتر آن را بخوانید.
sameday-call = مکتب پیامی در باره امروز دارد. هرچه زودتر به مکتب تلیفون کنید.
confirm-notice = مکتب می‌خواهد به این آدرس بنویسد. تأیید کنید که از شماست. اگر آدرس شما نیست، لازم نیست کاری کنید.
plain-absence = { $name }: { $minutes } غیرحاضری، { $days }.
plain-minutes =
    { $form ->
        [one] { $count } دقیقه
       *[other] { $count } دقیقه
    }
plain-days =
    { $form ->
        [one] { $count } روز
       *[other] { $count } روز
    }
plain-talk = { $name }: صحبت انکشاف در { $date } تعیین شده است.
read-at = اینجا بیشتر بخوانید: { $address }
confirm-at = اینجا تأیید کنید: { $address }
seen-at = اینجا به مکتب بگویید که آن را دیده‌اید: { $address }
wishes-at = اینجا انتخاب کنید چند وقت یک بار و به چه زبانی: { $address }
stop-at = این ایمیل‌ها را نمی‌خواهید؟ اینجا متوقفشان کنید: { $address }
no-answer = به این ایمیل جواب داده نمی‌شود. اگر سوال دارید به مکتب زنگ بزنید.
