{{%AUTOESCAPE context="HTML"}}<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{TITLE}}</title>
{{#HAS_DESCRIPTION}}<meta name="description" content="{{DESCRIPTION}}">{{/HAS_DESCRIPTION}}
{{#HAS_CANONICAL}}<link rel="canonical" href="{{CANONICAL}}">{{/HAS_CANONICAL}}
<link rel="stylesheet" href="{{STYLE_HREF}}">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
{{#HAS_FEED}}
<link rel="alternate" type="application/atom+xml" title="Atom" href="{{FEED}}.atom">
<link rel="alternate" type="application/rss+xml" title="RSS" href="{{FEED}}.rss">
<link rel="alternate" type="application/feed+json" title="JSON Feed" href="{{FEED}}.json">
{{/HAS_FEED}}
</head>
<body class="page-{{PAGE}}">
<a class="skip" href="#main">Skip to the text</a>
<header class="masthead">
<div class="bar">
<a class="wordmark" href="/">small<span>print</span></a>
<nav aria-label="Main">
<a href="/services">Services</a>
<a href="/upcoming">Upcoming</a>
<a href="/compare">Compare</a>
<a href="/about">About</a>
</nav>
<form class="find" role="search" action="/search">
<label class="vh" for="find">Search all clauses</label>
<input id="find" name="q" type="search" placeholder="Search every clause" value="{{SEARCH}}" autocomplete="off">
<button>Search</button>
</form>
</div>
</header>
<main id="main" tabindex="-1">
{{#HAS_PATH}}
<nav class="path" aria-label="You are here">
{{#PATH}}<a href="{{L_HREF}}">{{L_TEXT}}</a><span aria-hidden="true">/</span> {{/PATH}}
</nav>
{{/HAS_PATH}}
{{BODY:none}}
</main>
<footer class="foot">
<p>smallprint reads the documents people agree to without reading, and shows what changed. It quotes; it gives no legal advice.</p>
<nav aria-label="More">
{{#HAS_FEED}}<a href="{{FEED}}.atom">Feed of this page</a>{{/HAS_FEED}}
<a href="/feeds.opml">All feeds</a>
<a href="/openapi.json">API</a>
<a href="/status">Status</a>
</nav>
</footer>
</body>
</html>
