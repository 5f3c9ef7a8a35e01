{{%AUTOESCAPE context="HTML"}}<article class="change kind-{{C_KIND}} imp-{{C_IMPORTANCE}}"{{#HAS_C_ANCHOR}} id="{{C_ANCHOR}}"{{/HAS_C_ANCHOR}}>
<p class="changehead"><span class="label">{{C_LABEL}}</span>{{#HAS_C_WHY}} <span class="why">{{C_WHY}}</span>{{/HAS_C_WHY}}</p>
<p class="redline">{{C_REDLINE:none}}</p>
{{#C_UNSEEN}}<p class="unseen">{{C_LINE}}</p>
{{/C_UNSEEN}}<p class="meta">{{#C_TOPICS}}<a class="topic" href="{{T_HREF}}">{{T_NAME}}{{#HAS_T_EFFECT}}<span> {{T_EFFECT}}</span>{{/HAS_T_EFFECT}}</a>{{/C_TOPICS}}{{#HAS_C_HREF}}<a href="{{C_HREF}}">Read it in the whole text</a>{{/HAS_C_HREF}}</p>
</article>
