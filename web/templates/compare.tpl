{{%AUTOESCAPE context="HTML"}}<h1>Compare services</h1>
<p class="standfirst">What services say on the same questions, each answer with the sentence it rests on, and how many say so through time.</p>
<form class="ask" action="/compare">
<label for="services">Services, separated by commas</label>
<input id="services" name="services" value="{{ASKED}}" placeholder="linkedin, facebook, x" autocomplete="off" spellcheck="false">
<label for="at">As of a date (empty: now)</label>
<span class="row"><input id="at" name="at" type="date" value="{{AT}}"><button>Compare</button></span>
</form>
{{#HAS_NOTE}}<p class="notice">{{NOTE}}</p>{{/HAS_NOTE}}
{{#HAS_ROWS}}
<table class="matrix">
<caption class="vh">Answers of services, question by question</caption>
<thead><tr><th scope="col">Question</th>{{#SERVICES}}<th scope="col"><a href="{{L_HREF}}">{{L_TEXT}}</a></th>{{/SERVICES}}</tr></thead>
<tbody>
{{#ROWS}}<tr><th scope="row">{{W_QUESTION}}</th>{{#W_CELLS}}<td class="tone-{{E_TONE}}"><span class="who">{{E_SERVICE}}</span><span class="said">{{#HAS_E_HREF}}<a href="{{E_HREF}}">{{E_ANSWER}}</a>{{/HAS_E_HREF}}{{#E_PLAIN}}<span>{{E_ANSWER}}</span>{{/E_PLAIN}}{{#HAS_E_SINCE}} <span class="quiet">{{E_SINCE}}</span>{{/HAS_E_SINCE}}{{#HAS_E_QUOTE}}<q>{{E_QUOTE}}</q>{{/HAS_E_QUOTE}}</span></td>{{/W_CELLS}}</tr>{{/ROWS}}
</tbody>
</table>
{{/HAS_ROWS}}
{{#HAS_COUNTS}}
<section class="counts" aria-labelledby="counts"><h2 id="counts">Through time</h2>
<p class="quiet">Each service counts once, by what its documents say together. A service counts from the first version on that was seen of a document that could answer. “Not mentioned” is not “No”.</p>
{{#COUNTS}}
<section>
<h3><a href="{{N_QUESTION_HREF}}">{{N_QUESTION}}</a></h3>
<p>{{N_SENTENCE}}</p>
<details{{#N_OPEN}} open{{/N_OPEN}}><summary>Year by year<span class="vh">: {{N_QUESTION}}</span></summary>
<table class="series">
<thead><tr><th scope="col">As of</th><th scope="col">Services that say so</th>{{#N_ANSWERS}}<th scope="col">{{P_HEAD}}</th>{{/N_ANSWERS}}</tr></thead>
<tbody>{{#N_POINTS}}<tr><th scope="row"><time datetime="{{P_WHEN_ISO}}">{{P_WHEN}}</time></th><td>{{P_TEXT}}{{#P_BAR}}<meter min="0" max="{{P_SERVICES}}" value="{{P_SAID}}" aria-hidden="true"></meter>{{/P_BAR}}</td>{{#P_FIGURES}}<td>{{P_FIGURE}}</td>{{/P_FIGURES}}</tr>{{/N_POINTS}}</tbody>
</table></details>
{{#HAS_N_TURNS}}<h4>Who changed, the latest first</h4>
<ol class="plain turns">{{#N_TURNS}}<li><time datetime="{{P_WHEN_ISO}}">{{P_WHEN}}</time> <a href="{{P_SERVICE_HREF}}">{{P_SERVICE}}</a>: <a href="{{P_HREF}}">{{P_TEXT}}</a></li>{{/N_TURNS}}</ol>{{/HAS_N_TURNS}}
</section>
{{/COUNTS}}
</section>
{{/HAS_COUNTS}}
{{#HAS_KNOWN}}
<section aria-labelledby="known"><h2 id="known">Add a service</h2>
<ul class="plain cloud">{{#KNOWN}}<li><a href="{{L_HREF}}">{{L_TEXT}}</a></li>{{/KNOWN}}</ul></section>
{{/HAS_KNOWN}}
