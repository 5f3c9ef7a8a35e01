{{%AUTOESCAPE context="HTML"}}<p class="kicker">{{SERVICE}}: {{NAME}}</p>
<h1>One clause through time</h1>
<p class="standfirst">{{SUMMARY}}</p>
<p class="links">{{#LINKS}}<a href="{{L_HREF}}">{{L_TEXT}}</a>{{/LINKS}}</p>
<ol class="timeline clausehistory">
{{#STATES}}<li{{#I_QUIET}} class="quietrow"{{/I_QUIET}}>
<a class="when" href="{{I_VERSION_HREF}}"><time datetime="{{I_WHEN_ISO}}">{{I_WHEN}}</time> <span class="number">{{I_VERSION}}</span></a>
<div class="what"><p>{{I_LABEL}}{{#HAS_I_COMPARE_HREF}} <a href="{{I_COMPARE_HREF}}">All that changed<span class="vh"> in {{I_VERSION}}</span></a>{{/HAS_I_COMPARE_HREF}}</p>
{{#HAS_I_TEXT}}<p class="redline">{{I_TEXT:none}}</p>{{/HAS_I_TEXT}}</div>
</li>{{/STATES}}
</ol>
