{{%AUTOESCAPE context="HTML"}}<h1>Status</h1>
<dl class="figures">{{#FIGURES}}<div><dt>{{L_TEXT}}</dt><dd>{{L_HREF:h}}</dd></div>{{/FIGURES}}</dl>
{{#HAS_PROBLEMS}}<section aria-labelledby="catalog"><h2 id="catalog">Catalog</h2>
<ul class="plain">{{#PROBLEMS}}<li>{{P_FILE}}: {{P_MESSAGE}}</li>{{/PROBLEMS}}</ul></section>{{/HAS_PROBLEMS}}
<section aria-labelledby="documents"><h2 id="documents">Documents</h2>
{{#NO_ROWS}}<p class="empty">No document is tracked yet.</p>{{/NO_ROWS}}
{{#HAS_ROWS}}
<table class="health">
<thead><tr><th scope="col">Document</th><th scope="col">Last visit</th><th scope="col">Outcome</th><th scope="col">Next visit</th></tr></thead>
<tbody>{{#ROWS}}<tr class="tone-{{I_TONE}}"><th scope="row"><a href="{{I_DOCUMENT_HREF}}">{{I_DOCUMENT}}</a></th><td>{{#HAS_I_LAST}}<time datetime="{{I_LAST_ISO}}">{{I_LAST}}</time>{{/HAS_I_LAST}}</td><td>{{I_OUTCOME}}{{#HAS_I_REASON}}<span class="quiet"> {{I_REASON}}</span>{{/HAS_I_REASON}}{{#HAS_I_MOVED}} <a class="long" rel="nofollow noopener" href="{{I_MOVED_HREF}}">{{I_MOVED}}</a>{{/HAS_I_MOVED}}</td><td>{{#HAS_I_NEXT}}<time datetime="{{I_NEXT_ISO}}">{{I_NEXT}}</time>{{/HAS_I_NEXT}}</td></tr>{{/ROWS}}</tbody>
</table>
{{/HAS_ROWS}}
{{#HAS_NEXT_HREF}}<p class="pager"><a rel="next" href="{{NEXT_HREF}}">More documents</a></p>{{/HAS_NEXT_HREF}}
</section>
