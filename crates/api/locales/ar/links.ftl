### Unchecked translation. Pages that a guardian reaches by a link in an e-mail.

# yes: a speaker has checked every text here. no: shown only where the authority has switched the language on.
links-checked = no
link-broken = لم ينجح ذلك الآن. حاول مرة أخرى بعد قليل.
link-unclear = لم يُحفظ بعد. اختر عدد مرات استلام الرسائل واللغة.
link-enough = لقد غيّرت اختياراتك مرات كثيرة اليوم. آخر اختيارات حُفظت هي السارية. يمكنك تغييرها غدًا أو الاتصال بالمدرسة.
link-languages = اللغة
gone-heading = الصفحة غير موجودة
gone-what = هل جئت من رابط في رسالة من المدرسة؟ إذن لم يعد الرابط صالحًا. في أحدث رسالة رابط صالح. اتصل بالمدرسة إذا كانت لديك أسئلة.
stop-heading = إيقاف رسائل المدرسة
stop-ask = هل تريد التوقف عن استلام ملخصات من المدرسة عن أطفالك؟ قد تتصل بك المدرسة مع ذلك إذا كان هناك أمر عاجل.
stop-button = نعم، أوقفوها
stop-done = لن تصلك ملخصات أخرى. يمكن للمدرسة تشغيلها من جديد إذا طلبت ذلك.
wishes-heading = اختر كيف تصلك رسائل المدرسة
wishes-ask = كيف تريد استلام ملخصات من المدرسة عن أطفالك؟
wishes-button = حفظ
wishes-done = تم الحفظ. ستصلك الرسالة التالية كما اخترت.
wishes-done-off = تم الحفظ. لن تصلك ملخصات أخرى. قد تتصل بك المدرسة مع ذلك إذا كان هناك أمر عاجل.
wishes-frequency = عدد المرات
wishes-weekly = مرة واحدة في الأسبوع على الأكثر
wishes-monthly = مرة واحدة في الشهر على الأكثر
wishes-off = أبدًا
wishes-language = لغة الرسائل
wishes-plain = نص عادي فقط، بدون تنسيق
confirm-heading = أكّد عنوان بريدك الإلكتروني
confirm-ask = هل تريد رسائل من المدرسة على العنوان الذي وصلك عليه الرابط؟ إذا لم يكن عنوانك فلا داعي لفعل أي شيء.
confirm-button = نعم، العنوان لي
confirm-done = شكرًا. يمكن للمدرسة الآن الكتابة إلى هذا العنوان.
seen-heading = رسالة من المدرسة
seen-ask = هل قرأت رسالة المدرسة؟
seen-button = نعم، قرأتها
seen-done = شكرًا. المدرسة تعلم الآن أنك قرأتها.
