{{%AUTOESCAPE context="HTML"}}<article class="fact tone-{{F_TONE}}">
<h3>{{F_QUESTION}}</h3>
<p class="answer"><strong>{{F_ANSWER}}</strong>{{#HAS_F_SINCE}} <span class="since">{{F_SINCE_TEXT}} <time datetime="{{F_SINCE_ISO}}">{{F_SINCE}}</time>, {{F_VERSION}}</span>{{/HAS_F_SINCE}}</p>
{{#HAS_F_DETAIL}}<p class="detail">{{F_DETAIL}}</p>{{/HAS_F_DETAIL}}
{{#HAS_F_QUOTE}}
<blockquote><p>{{F_QUOTE}}</p></blockquote>
<p class="source"><a href="{{F_HREF}}">{{F_DOCUMENT}}{{#HAS_F_SECTION_NAME}}, {{F_SECTION_NAME}}{{/HAS_F_SECTION_NAME}}</a></p>
{{/HAS_F_QUOTE}}
</article>
