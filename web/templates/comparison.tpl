{{%AUTOESCAPE context="HTML"}}<p class="kicker">{{SERVICE}}</p>
<h1>{{NAME}}: what changed</h1>
<p class="standfirst">From <a href="{{FROM_LINK_HREF}}">{{FROM_LINK}}</a> of <time datetime="{{FROM_WHEN_ISO}}">{{FROM_WHEN}}</time> to <a href="{{TO_LINK_HREF}}">{{TO_LINK}}</a> of <time datetime="{{TO_WHEN_ISO}}">{{TO_WHEN}}</time>{{#HAS_EFFECTIVE}}, in force <time datetime="{{EFFECTIVE_ISO}}">{{EFFECTIVE}}</time>{{/HAS_EFFECTIVE}}. {{SUMMARY}}</p>
{{#HAS_NOTE}}<p class="notice">{{NOTE}}</p>{{/HAS_NOTE}}
{{#HAS_TOPICS}}<p class="meta about">{{#TOPICS}}<a class="topic" href="{{T_HREF}}">{{T_NAME}}{{#HAS_T_EFFECT}}<span> {{T_EFFECT}}</span>{{/HAS_T_EFFECT}}</a>{{/TOPICS}}</p>{{/HAS_TOPICS}}
<p class="links">{{#LINKS}}<a href="{{L_HREF}}">{{L_TEXT}}</a>{{/LINKS}}</p>
{{#HAS_HIGHLIGHTS}}
<section class="highlights" aria-labelledby="highlights"><h2 id="highlights">What matters most</h2>
<ul>{{#HIGHLIGHTS}}<li><a href="{{I_WHY_HREF}}">{{I_WHY}}</a>{{#HAS_I_SECTION_NAME}} <span class="quiet">{{I_SECTION_NAME}}</span>{{/HAS_I_SECTION_NAME}}</li>{{/HIGHLIGHTS}}</ul></section>
{{/HAS_HIGHLIGHTS}}
<p class="legend" aria-hidden="true"><ins>added words</ins> <del>removed words</del></p>
{{#NO_SECTIONS}}<p class="empty">Nothing changed in meaning.</p>{{/NO_SECTIONS}}
{{#SECTIONS}}
<section class="group">
{{#HAS_G_NAME}}<h2>{{G_NAME}}</h2>{{/HAS_G_NAME}}
{{#G_CHANGES}}{{>CHANGE}}{{/G_CHANGES}}
</section>
{{/SECTIONS}}
{{#HAS_COSMETIC}}
<details class="cosmetic"><summary>{{COSMETIC_SUMMARY}}</summary>
{{#COSMETIC}}
<section class="group">
{{#HAS_G_NAME}}<h2>{{G_NAME}}</h2>{{/HAS_G_NAME}}
{{#G_CHANGES}}{{>CHANGE}}{{/G_CHANGES}}
</section>
{{/COSMETIC}}
</details>
{{/HAS_COSMETIC}}
