{{%AUTOESCAPE context="HTML"}}<p class="kicker">Subject</p>
<h1>{{NAME}}</h1>
<p class="standfirst">{{DESCRIPTION}}</p>
<div class="columns">
<div class="news">
<section aria-labelledby="latest"><h2 id="latest">Changes on this subject, newest first</h2>
{{#NO_STORIES}}<p class="empty">No change on this subject has been recorded.</p>{{/NO_STORIES}}
{{#STORIES}}{{>STORY}}{{/STORIES}}
{{#HAS_NEXT_HREF}}<p class="pager"><a rel="next" href="{{NEXT_HREF}}">Older changes</a></p>{{/HAS_NEXT_HREF}}
</section>
</div>
<aside class="side"><section aria-labelledby="topics"><h2 id="topics">Other subjects</h2>
<ul class="plain cloud">{{#TOPICS}}<li><a href="{{L_HREF}}">{{L_TEXT}}</a></li>{{/TOPICS}}</ul></section></aside>
</div>
