{{%AUTOESCAPE context="HTML"}}<div class="prose">
<p class="kicker">{{STATUS}}</p>
<h1>{{TITLE}}</h1>
<p class="standfirst">{{DETAIL}}</p>
<p><a href="/">To the front page</a>, <a href="/services">all services</a>, or search above.</p>
<p class="quiet">Request {{REQUEST_ID}}</p>
</div>
