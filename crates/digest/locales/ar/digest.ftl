### Unchecked translation.

# yes: a speaker has checked every text here. no: switched on only by the authority's own decision.
checked = no
digest-subject = جديد من المدرسة
sameday-subject = رسالة من المدرسة اليوم
confirm-subject = أكّد عنوان بريدك الإلكتروني
digest-notice = هناك شيء جديد من المدرسة للقراءة.
sameday-notice = هناك رسالة من المدرسة اليوم. اقرأها في أقرب وقت ممكن.
sameday-call = لدى المدرسة رسالة بشأن اليوم. اتصل بالمدرسة هاتفيًا في أقرب وقت ممكن.
confirm-notice = تريد المدرسة الكتابة إلى هذا العنوان. أكّد أنه عنوانك. إذا لم يكن عنوانك فلا داعي لفعل أي شيء.
plain-absence = { $name }: غياب { $minutes }، { $days }.
plain-minutes =
    { $form ->
        [one] دقيقة واحدة
        [two] دقيقتان
        [few] { $count } دقائق
        [many] { $count } دقيقة
       *[other] { $count } دقيقة
    }
plain-days =
    { $form ->
        [one] يوم واحد
        [two] يومان
        [few] { $count } أيام
        [many] { $count } يومًا
       *[other] { $count } يوم
    }
plain-talk = { $name }: تم حجز محادثة التطوير في { $date }.
read-at = اقرأ المزيد هنا: { $address }
confirm-at = أكّد هنا: { $address }
seen-at = أخبر المدرسة هنا بأنك رأيت هذا: { $address }
wishes-at = اختر عدد المرات واللغة هنا: { $address }
stop-at = ألا تريد هذه الرسائل؟ أوقفها هنا: { $address }
no-answer = لا يمكن الرد على هذه الرسالة. اتصل بالمدرسة إذا كانت لديك أسئلة.
