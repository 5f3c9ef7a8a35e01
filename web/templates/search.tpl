{{%AUTOESCAPE context="HTML"}}<h1>Search</h1>
<form class="ask" role="search" action="/search">
<label for="q">Words that stand in a clause</label>
<span class="row"><input id="q" name="q" type="search" value="{{QUERY}}" autocomplete="off"><button>Search</button></span>
<label for="at">As of a date (empty: all time)</label>
<span class="row"><input id="at" name="at" type="date" value="{{AT}}"></span>
</form>
{{#HAS_SUMMARY}}<p class="standfirst">{{SUMMARY}}</p>{{/HAS_SUMMARY}}
<ol class="hits">
{{#HITS}}<li>
<p class="kicker"><a href="{{I_DOCUMENT_HREF}}">{{I_DOCUMENT}}</a></p>
<p class="hit">{{I_TEXT:none}}</p>
<p class="meta"><span>{{I_NOTE}}</span><a href="{{I_HREF}}">Read it in the text</a></p>
</li>{{/HITS}}
</ol>
{{#HAS_NEXT_HREF}}<p class="pager"><a rel="next" href="{{NEXT_HREF}}">More results</a></p>{{/HAS_NEXT_HREF}}
