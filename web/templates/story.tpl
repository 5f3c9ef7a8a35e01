{{%AUTOESCAPE context="HTML"}}
<article class="story imp-{{S_IMPORTANCE}}">
<p class="kicker"><a href="{{S_SERVICE_HREF}}">{{S_SERVICE}}</a> <span aria-hidden="true">·</span> <a href="{{S_DOCUMENT_HREF}}">{{S_DOCUMENT}}</a></p>
<h3><a href="{{S_HREF}}">{{S_HEADLINE}}</a></h3>
{{#HAS_S_WHY}}<p class="dek">{{S_WHY}}</p>{{/HAS_S_WHY}}
{{#S_CHANGES}}
<figure class="excerpt kind-{{C_KIND}}">
<figcaption><span class="label">{{C_LABEL}}</span>{{#HAS_C_SECTION_NAME}} <span class="in">in</span> <span class="where">{{C_SECTION_NAME}}</span>{{/HAS_C_SECTION_NAME}}</figcaption>
<blockquote><p class="redline">{{C_REDLINE:none}}</p></blockquote>
</figure>
{{/S_CHANGES}}
<p class="meta">{{#HAS_S_IMPORTANCE_TEXT}}<span class="flag">{{S_IMPORTANCE_TEXT}}</span>{{/HAS_S_IMPORTANCE_TEXT}}<span>Seen <time datetime="{{S_WHEN_ISO}}">{{S_WHEN}}</time></span>{{#HAS_S_EFFECTIVE}}<span>in force <time datetime="{{S_EFFECTIVE_ISO}}">{{S_EFFECTIVE}}</time></span>{{/HAS_S_EFFECTIVE}}<a href="{{S_HREF}}">{{#HAS_S_MORE}}{{S_MORE}}{{/HAS_S_MORE}} <span class="vh">in {{S_SERVICE}} {{S_DOCUMENT}}</span></a></p>
</article>
