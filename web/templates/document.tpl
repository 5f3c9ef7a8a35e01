{{%AUTOESCAPE context="HTML"}}<p class="kicker">{{SERVICE}}</p>
<h1>{{NAME}}</h1>
<p class="standfirst">{{SUMMARY}}</p>
{{#HAS_HEALTH}}<p class="notice">{{HEALTH}}</p>{{/HAS_HEALTH}}
{{#HAS_MOVED}}<p class="notice">Its address now leads to <a class="long" rel="nofollow noopener" href="{{MOVED_HREF}}">{{MOVED}}</a>.</p>{{/HAS_MOVED}}
<div class="columns">
<div class="news">
<section aria-labelledby="timeline">
<h2 id="timeline">Versions, newest first</h2>
{{#NO_TIMELINE}}<p class="empty">No version has been recorded yet. The next visit will bring the first.</p>{{/NO_TIMELINE}}
<ol class="timeline">
{{#TIMELINE}}<li class="imp-{{R_IMPORTANCE}}{{#R_QUIET}} quietrow{{/R_QUIET}}">
<a class="when" href="{{R_HREF}}"><time datetime="{{R_WHEN_ISO}}">{{R_WHEN}}</time> <span class="number">version {{R_NUMBER}}</span></a>
<div class="what"><p>{{R_SUMMARY}}{{#HAS_R_EFFECTIVE}} <span class="quiet">In force <time datetime="{{R_EFFECTIVE_ISO}}">{{R_EFFECTIVE}}</time>.</span>{{/HAS_R_EFFECTIVE}}{{#HAS_R_COMPARE_HREF}} <a href="{{R_COMPARE_HREF}}">See the changes<span class="vh"> of version {{R_NUMBER}}</span></a>{{/HAS_R_COMPARE_HREF}}</p>
{{#HAS_R_TOPICS}}<p class="meta">{{#R_TOPICS}}<a class="topic" href="{{T_HREF}}">{{T_NAME}}{{#HAS_T_EFFECT}}<span> {{T_EFFECT}}</span>{{/HAS_T_EFFECT}}</a>{{/R_TOPICS}}</p>{{/HAS_R_TOPICS}}</div>
</li>{{/TIMELINE}}
</ol>
{{#HAS_NEXT_HREF}}<p class="pager"><a rel="next" href="{{NEXT_HREF}}">Older versions</a></p>{{/HAS_NEXT_HREF}}
</section>
</div>
<aside class="side">
{{#HAS_SOURCES}}<section aria-labelledby="source"><h2 id="source">Where it stands</h2>
<ul class="plain">{{#SOURCES}}<li><a class="long" rel="nofollow noopener" href="{{L_HREF}}">{{L_TEXT}}</a></li>{{/SOURCES}}</ul></section>{{/HAS_SOURCES}}
{{#HAS_FACTS}}
<section aria-labelledby="facts">
<h2 id="facts">What it says</h2>
<div class="facts narrow">{{#FACTS}}{{>FACT}}{{/FACTS}}</div>
</section>
{{/HAS_FACTS}}
{{#HAS_SILENT}}
<section><h2>Not mentioned here</h2>
<ul class="plain quiet">{{#SILENT}}<li>{{F_QUESTION}}{{#F_BEFORE}}<br>Before: {{B_ANSWER}}, from {{B_SINCE}} until {{B_UNTIL}}, <a href="{{B_PLACE_HREF}}">{{B_PLACE}}</a>{{/F_BEFORE}}</li>{{/SILENT}}</ul></section>
{{/HAS_SILENT}}
{{#HAS_UNKNOWN}}
<section><h2>Not read in this language</h2>
<ul class="plain quiet">{{#UNKNOWN}}<li>{{F_QUESTION}}</li>{{/UNKNOWN}}</ul></section>
{{/HAS_UNKNOWN}}
</aside>
</div>
