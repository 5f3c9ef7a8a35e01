{{%AUTOESCAPE context="HTML"}}<h1>Announced terms</h1>
<p class="standfirst">Terms that say from which day they, or those that follow them, are to hold. What comes due stays here for {{DAYS}} days, with what became of it.</p>
<p class="links"><a href="/upcoming.ics">Calendar of these days (iCalendar)</a></p>
<section class="group" aria-labelledby="ahead"><h2 id="ahead">Still ahead</h2>
{{#NO_AHEAD}}<p class="empty">No text that is watched here announces terms for a day to come. When one does, it is listed here and in the calendar.</p>{{/NO_AHEAD}}
{{#HAS_AHEAD}}<ol class="timeline upcoming">{{#AHEAD}}{{>ITEM}}{{/AHEAD}}</ol>{{/HAS_AHEAD}}
{{#HAS_NEXT_HREF}}<p class="pager"><a rel="next" href="{{NEXT_HREF}}">Later days</a></p>{{/HAS_NEXT_HREF}}
</section>
{{#HAS_PAST}}
<section class="group" aria-labelledby="past"><h2 id="past">Came due lately</h2>
<ol class="timeline upcoming">{{#PAST}}{{>ITEM}}{{/PAST}}</ol>
</section>
{{/HAS_PAST}}
