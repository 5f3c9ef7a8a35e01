{{%AUTOESCAPE context="HTML"}}<article class="fact tone-{{F_TONE}}">
<h3>{{F_QUESTION}}</h3>
<p class="answer"><strong>{{F_ANSWER}}</strong>{{#HAS_F_SINCE}} <span class="since">{{F_SINCE_TEXT}} <time datetime="{{F_SINCE_ISO}}">{{F_SINCE}}</time>, {{F_VERSION}}</span>{{/HAS_F_SINCE}}</p>
{{#HAS_F_DETAIL}}<p class="detail">{{F_DETAIL}}</p>{{/HAS_F_DETAIL}}
{{#HAS_F_LINK}}<p class="detail">It leads to <a class="long" rel="nofollow noopener" href="{{F_LINK_HREF}}">{{F_LINK}}</a></p>{{/HAS_F_LINK}}
{{#HAS_F_QUOTE}}
<blockquote><p>{{F_QUOTE}}</p></blockquote>
<p class="source"><a href="{{F_HREF}}">{{F_DOCUMENT}}{{#HAS_F_SECTION_NAME}}, {{F_SECTION_NAME}}{{/HAS_F_SECTION_NAME}}</a></p>
{{/HAS_F_QUOTE}}
{{#HAS_F_OTHERS}}<ul class="plain others">{{#F_OTHERS}}<li><a href="{{O_DOCUMENT_HREF}}">{{O_DOCUMENT}}</a> says otherwise: <a href="{{O_HREF}}">{{O_ANSWER}}</a></li>{{/F_OTHERS}}</ul>{{/HAS_F_OTHERS}}
{{#HAS_F_BEFORE}}<details class="before"><summary>What was said before</summary>
<ol class="plain">{{#F_BEFORE}}<li><strong>{{B_ANSWER}}</strong> from <time datetime="{{B_SINCE_ISO}}">{{B_SINCE}}</time> until <time datetime="{{B_UNTIL_ISO}}">{{B_UNTIL}}</time>, <a href="{{B_PLACE_HREF}}">{{B_PLACE}}</a></li>{{/F_BEFORE}}</ol></details>{{/HAS_F_BEFORE}}
</article>
