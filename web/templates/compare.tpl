{{%AUTOESCAPE context="HTML"}}<h1>Compare services</h1>
<p class="standfirst">What the services you use say on the same questions, each answer with the sentence it rests on.</p>
<form class="ask" action="/compare">
<label for="services">Services, separated by commas</label>
<span class="row"><input id="services" name="services" value="{{ASKED}}" placeholder="linkedin, facebook, x" autocomplete="off" spellcheck="false"><button>Compare</button></span>
</form>
{{#HAS_ROWS}}
<table class="matrix">
<thead><tr><th scope="col">Question</th>{{#SERVICES}}<th scope="col"><a href="{{L_HREF}}">{{L_TEXT}}</a></th>{{/SERVICES}}</tr></thead>
<tbody>
{{#ROWS}}<tr><th scope="row">{{W_QUESTION}}</th>{{#W_CELLS}}<td class="tone-{{E_TONE}}"><span class="who">{{E_SERVICE}}</span>{{#HAS_E_HREF}}<a href="{{E_HREF}}">{{E_ANSWER}}</a>{{/HAS_E_HREF}}{{#E_PLAIN}}<span>{{E_ANSWER}}</span>{{/E_PLAIN}}</td>{{/W_CELLS}}</tr>{{/ROWS}}
</tbody>
</table>
{{/HAS_ROWS}}
{{#HAS_KNOWN}}
<section aria-labelledby="known"><h2 id="known">Add a service</h2>
<ul class="plain cloud">{{#KNOWN}}<li><a href="{{L_HREF}}">{{L_TEXT}}</a></li>{{/KNOWN}}</ul></section>
{{/HAS_KNOWN}}
