{{%AUTOESCAPE context="HTML"}}<p class="kicker">{{SERVICE}}</p>
<h1>{{NAME}}</h1>
<p class="standfirst">Version {{NUMBER}}, seen <time datetime="{{WHEN_ISO}}">{{WHEN}}</time>{{#HAS_EFFECTIVE}}, in force <time datetime="{{EFFECTIVE_ISO}}">{{EFFECTIVE}}</time>{{/HAS_EFFECTIVE}}. {{SUMMARY}}</p>
{{#HAS_KIND_NOTE}}<p class="notice">{{KIND_NOTE}}</p>{{/HAS_KIND_NOTE}}
<p class="links">{{#LINKS}}<a href="{{L_HREF}}">{{L_TEXT}}</a>{{/LINKS}}</p>
<div class="reading">
{{#HAS_CONTENTS}}
<nav class="contents" aria-labelledby="contents"><details open><summary id="contents">Contents</summary>
<ol class="plain">{{#CONTENTS}}<li><a href="{{L_HREF}}">{{L_TEXT}}</a></li>{{/CONTENTS}}</ol></details></nav>
{{/HAS_CONTENTS}}
<div class="text">
{{#NO_CLAUSES}}<p class="empty">This version has no text.</p>{{/NO_CLAUSES}}
{{#CLAUSES}}
{{#K_REMOVED}}<div class="clause gone"><p class="margin">Removed here</p><p class="redline">{{C_REDLINE:none}}</p></div>{{/K_REMOVED}}
<div class="clause k-{{K_KIND}} l{{K_LEVEL}}{{#HAS_K_MARK}} marked mark-{{K_MARK}}{{/HAS_K_MARK}}" id="{{K_ANCHOR}}">{{#HAS_K_LINEAGE}}<span class="at" id="{{K_LINEAGE}}"></span>{{/HAS_K_LINEAGE}}
{{#K_IS_HEADING}}<h{{K_H}}>{{K_TEXT:none}}</h{{K_H}}>{{/K_IS_HEADING}}
{{#K_IS_TEXT}}<p>{{#HAS_K_MARKER}}<span class="marker">{{K_MARKER}}</span> {{/HAS_K_MARKER}}{{K_TEXT:none}}</p>{{/K_IS_TEXT}}
{{#HAS_K_NOTE}}<p class="margin{{#K_AGAIN}} again{{/K_AGAIN}}">{{#HAS_K_MARK}}<span class="marktext">{{K_MARK_TEXT}}</span> {{/HAS_K_MARK}}<a href="{{K_NOTE_HREF}}">{{K_NOTE}}</a></p>{{/HAS_K_NOTE}}
</div>
{{/CLAUSES}}
</div>
</div>
