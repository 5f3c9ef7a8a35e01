{{%AUTOESCAPE context="HTML"}}<h1>About smallprint</h1>
<div class="prose">
<p class="standfirst">Almost nobody reads the documents they agree to, and nobody reads them again when they change. smallprint does: it keeps every version it sees, sets it beside the one before, and says clause by clause what changed.</p>
<h2>How to read it</h2>
<p>Words that were <ins><span class="vh">[added: </span>added<span class="vh">]</span></ins> are underlined, words that were <del><span class="vh">[removed: </span>removed<span class="vh">]</span></del> are struck through. Changes that alter no meaning, such as a new date stamp, corrected typography or a renumbered list, are kept apart.</p>
<p>Answers such as “Yes” or “No” rest on a sentence that is quoted beside them. “Not mentioned here” means that the text says nothing about it, which is not the same as “No”.</p>
<p>Dates marked “seen” are those of our visit. Where the document itself names a date from which it holds, it is shown as “in force”.</p>
<p>The answers are found by rules, not by a lawyer, and a rule can be wrong: the quoted text decides. smallprint gives no legal advice.</p>
<p id="languages">English is read in full; of French, German, Spanish, Italian and Dutch the main questions are read. Of a text in another language the changes are shown as well, but its topics and answers are unknown.</p>
<h2>Follow it</h2>
<p>Every service, document and subject has a feed of its own; any feed reader takes its address.</p>
<ul>{{#FEEDS}}<li><a href="{{L_HREF}}">{{L_TEXT}}</a></li>{{/FEEDS}}</ul>
<p>Terms that were announced for a day to come are listed under <a href="/upcoming">Upcoming</a>, and in <a href="/upcoming.ics">a calendar</a> to subscribe to.</p>
<h2>Build on it</h2>
<p>All that is shown here can be asked for as JSON; <a href="/openapi.json">openapi.json</a> describes it. Begin with <a href="/api/v1/changes?topic=ai-training&amp;limit=10"><code>/api/v1/changes?topic=ai-training</code></a>.</p>
</div>
