{{%AUTOESCAPE context="HTML"}}<li>
<h3><span class="when"><time datetime="{{I_DATE_ISO}}">{{I_DATE}}</time></span> <a href="{{I_DOCUMENT_HREF}}">{{I_DOCUMENT}}</a></h3>
<p class="meta"><span class="label">{{I_LABEL}}</span><span>Seen since <time datetime="{{I_SEEN_ISO}}">{{I_SEEN}}</time></span>{{#HAS_I_BROUGHT}}<a href="{{I_BROUGHT_HREF}}">{{I_BROUGHT}}</a>{{/HAS_I_BROUGHT}}</p>
{{#HAS_I_QUOTE}}<blockquote><p>{{I_QUOTE}} <a href="{{I_HREF}}">In the text<span class="vh"> of {{I_DOCUMENT}}</span></a></p></blockquote>{{/HAS_I_QUOTE}}
{{#HAS_I_LINK}}<p class="meta"><span>It links to <a class="long" rel="nofollow noopener" href="{{I_LINK_HREF}}">{{I_LINK}}</a></span></p>{{/HAS_I_LINK}}
</li>
