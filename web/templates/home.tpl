{{%AUTOESCAPE context="HTML"}}<div class="intro">
<h1>What changed in the terms you agreed to</h1>
<p>smallprint reads user agreements and privacy policies again and again, and shows clause by clause what changed and what it means for you.{{#HAS_ARCHIVE_SUMMARY}} {{ARCHIVE_SUMMARY}}{{/HAS_ARCHIVE_SUMMARY}}</p>
</div>
{{#EMPTY}}
<section class="empty">
<h2>Nothing is here yet</h2>
<p>The archive is empty. It fills by itself once documents are tracked:</p>
<ul>
<li><code>smallprint serve --demo</code> shows an invented company’s three years at once, offline too.</li>
<li><code>smallprint serve</code> fetches the catalog’s services and keeps watching them.</li>
<li><code>smallprint import ota DIR</code> takes in a history recorded by Open Terms Archive.</li>
</ul>
</section>
{{/EMPTY}}
{{#CALM}}
<section class="empty">
<h2>No change yet</h2>
<p>The documents of these services are being watched. The first change in meaning will stand here.</p>
</section>
{{/CALM}}
<div class="columns">
<div class="news">
{{#HAS_LEAD}}
<section class="lead" aria-labelledby="lead">
<h2 id="lead">What matters most lately</h2>
{{#LEAD}}{{>STORY}}{{/LEAD}}
</section>
{{/HAS_LEAD}}
{{#HAS_LATEST}}
<section aria-labelledby="latest">
<h2 id="latest">Latest changes</h2>
{{#LATEST}}{{>STORY}}{{/LATEST}}
</section>
{{/HAS_LATEST}}
</div>
<aside class="side">
{{#HAS_SERVICES}}
<section aria-labelledby="services">
<h2 id="services">Services</h2>
<ul class="plain cloud">{{#SERVICES}}<li><a href="{{L_HREF}}">{{L_TEXT}}</a></li>{{/SERVICES}}</ul>
{{#HAS_MORE_HREF}}<p><a href="{{MORE_HREF}}">All services</a></p>{{/HAS_MORE_HREF}}
</section>
{{/HAS_SERVICES}}
{{#HAS_TOPICS}}
<section aria-labelledby="topics">
<h2 id="topics">By subject</h2>
<ul class="plain cloud">{{#TOPICS}}<li><a href="{{L_HREF}}">{{L_TEXT}}</a></li>{{/TOPICS}}</ul>
</section>
{{/HAS_TOPICS}}
</aside>
</div>
