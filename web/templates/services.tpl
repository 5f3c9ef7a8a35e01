{{%AUTOESCAPE context="HTML"}}<h1>Services</h1>
{{#NO_LETTERS}}<p class="empty">No service is tracked yet. <a href="/about">How to begin</a></p>{{/NO_LETTERS}}
<div class="index">
{{#LETTERS}}
<section><h2>{{A_LETTER}}</h2>
<ul class="plain">{{#A_ITEMS}}<li><a href="{{I_SERVICE_HREF}}">{{I_SERVICE}}</a> <span class="quiet">{{I_DOCUMENTS}}</span></li>{{/A_ITEMS}}</ul>
</section>
{{/LETTERS}}
</div>
