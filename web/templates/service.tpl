{{%AUTOESCAPE context="HTML"}}<h1>{{NAME}}</h1>
<div class="columns">
<div class="news">
{{#HAS_FACTS}}
<section aria-labelledby="facts">
<h2 id="facts">What {{NAME}} says today</h2>
<div class="facts">{{#FACTS}}{{>FACT}}{{/FACTS}}</div>
</section>
{{/HAS_FACTS}}
{{#HAS_SILENT}}
<details class="silent"{{#NO_FACTS}} open{{/NO_FACTS}}><summary>Questions its documents are silent on</summary>
<ul>{{#SILENT}}<li>{{F_QUESTION}} <span class="quiet">{{F_ANSWER}}</span>{{#F_BEFORE}}<br><span class="quiet">Before: {{B_ANSWER}}, from {{B_SINCE}} until {{B_UNTIL}}, <a href="{{B_PLACE_HREF}}">{{B_PLACE}}</a></span>{{/F_BEFORE}}</li>{{/SILENT}}</ul>
</details>
{{/HAS_SILENT}}
{{#HAS_UNKNOWN}}
<details class="silent"><summary>Questions that cannot be answered here</summary>
<p class="quiet">No document that could answer is watched, or it is in a language in which smallprint does not read this.</p>
<ul>{{#UNKNOWN}}<li>{{F_QUESTION}}</li>{{/UNKNOWN}}</ul>
</details>
{{/HAS_UNKNOWN}}
{{#HAS_STORIES}}
<section aria-labelledby="latest">
<h2 id="latest">What changed</h2>
{{#STORIES}}{{>STORY}}{{/STORIES}}
</section>
{{/HAS_STORIES}}
</div>
<aside class="side">
<section aria-labelledby="documents">
<h2 id="documents">Documents</h2>
<ul class="plain documents">
{{#DOCUMENTS}}<li><a href="{{I_DOCUMENT_HREF}}">{{I_DOCUMENT}}</a><span class="quiet">{{I_SUMMARY}}{{#HAS_I_LATEST}}, latest <time datetime="{{I_LATEST_ISO}}">{{I_LATEST}}</time>{{/HAS_I_LATEST}}</span></li>{{/DOCUMENTS}}
</ul>
</section>
</aside>
</div>
