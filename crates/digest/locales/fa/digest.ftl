### Unchecked translation.

# yes: a speaker has checked every text here. no: switched on only by the authority's own decision.
checked = no
digest-subject = خبر تازه از مدرسه
sameday-subject = پیام امروز از مدرسه
confirm-subject = نشانی ایمیل خود را تأیید کنید
digest-notice = مطلب تازه‌ای از مدرسه برای خواندن هست.
sameday-notice = امروز پیامی از مدرسه هست. هرچه زودتر آن را بخوانید.
sameday-call = مدرسه پیامی درباره امروز دارد. هرچه زودتر به مدرسه تلفن کنید.
confirm-notice = مدرسه می‌خواهد به این نشانی بنویسد. تأیید کنید که از آنِ شماست. اگر نشانی شما نیست، لازم نیست کاری بکنید.
plain-absence = { $name }: { $minutes } غیبت، { $days }.
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
plain-talk = { $name }: گفتگوی پیشرفت در { $date } تعیین شده است.
read-at = اینجا بیشتر بخوانید: { $address }
confirm-at = اینجا تأیید کنید: { $address }
seen-at = اینجا به مدرسه بگویید که آن را دیده‌اید: { $address }
wishes-at = اینجا انتخاب کنید چند وقت یک بار و به چه زبانی: { $address }
stop-at = این ایمیل‌ها را نمی‌خواهید؟ اینجا متوقفشان کنید: { $address }
no-answer = به این ایمیل نمی‌توان پاسخ داد. اگر پرسشی دارید با مدرسه تماس بگیرید.
