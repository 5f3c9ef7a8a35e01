#include "tests/app/suspect_pages.h"

namespace smallprint::test {
namespace {

std::string head(const std::string& title) {
  return "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>" + title + "</title></head><body>";
}

/// Nothing but the text.
std::string bare(const std::string& title, const std::string& heading, const std::string& body) {
  return head(title) + (heading.empty() ? "" : "<h1>" + heading + "</h1>") + body + "</body></html>";
}

/// In the middle of a site's header, menu and footer.
std::string framed(const std::string& title, const std::string& heading, const std::string& body) {
  std::string html = head(title) + "<header><nav><ul>";
  for (const char* item : {"Home", "Products", "Pricing", "Stories", "Help", "Careers", "Blog", "Contact"})
    html += std::string("<li><a href=\"/") + item + "\">" + item + "</a></li>";
  html +=
      "</ul></nav></header><main><div class=\"content\"><h1>" + heading + "</h1>" + body + "</div></main><footer><ul>";
  for (const char* item :
       {"About us", "Newsroom", "Investors", "Privacy Policy", "Terms of Service", "Cookie settings"})
    html += std::string("<li><a href=\"#\">") + item + "</a></li>";
  return html + "</ul><p>© 2025 Brindlewick Ltd. All rights reserved.</p></footer></body></html>";
}

/// A card in the middle of nothing, made of divs.
std::string card(const std::string& title, const std::string& heading, const std::string& body) {
  return head(title) + "<div class=\"wrap\"><div class=\"card\"><div class=\"logo\">Brindlewick</div><h2>" + heading +
         "</h2>" + body + "</div></div></body></html>";
}

/// A frame that scripts would fill.
std::string shell(const std::string& title, const std::string& inside) {
  return head(title) + inside + "<script src=\"/static/app.4f2a.js\"></script></body></html>";
}

const std::string password_form =
    "<form method=\"post\"><label>E-mail <input type=\"email\" name=\"u\"></label><label>Password <input "
    "type=\"password\" name=\"p\"></label><button type=\"submit\">Continue</button></form>";

void add_walls(std::vector<InventedPage>& pages) {
  const auto add = [&pages](std::string html) { pages.push_back({"bot wall", std::move(html)}); };
  add(bare("Just a moment...", "brindlewick.example",
           "<p>Verifying you are human. This may take a few seconds.</p><p>brindlewick.example needs to review the "
           "security of your connection before proceeding.</p><p>Ray ID: 8d1f</p>"));
  add(bare("Attention Required! | Cloudflare", "Sorry, you have been blocked",
           "<h2>You are unable to access brindlewick.example</h2><p>This website is using a security service to "
           "protect itself from online attacks. The action you just performed triggered the security solution.</p>"));
  add(bare("", "",
           "<p>Please enable cookies.</p><p>Checking your browser before accessing brindlewick.example. This process "
           "is automatic. Your browser will redirect to your requested content shortly.</p>"));
  add(bare("Pardon Our Interruption", "Pardon Our Interruption...",
           "<p>As you were browsing something about your browser made us think you were a bot. There are a few reasons "
           "this might happen:</p><ul><li>You're a power user moving through this website with super-human "
           "speed.</li><li>You've disabled cookies in your web browser.</li></ul>"));
  add(framed(
      "Brindlewick", "Are you a robot?",
      "<p>We have detected unusual activity from your network. To continue, please confirm that you are human.</p>"));
  add(bare("brindlewick.example", "", "<p>Request unsuccessful. Incapsula incident ID: 1234000</p>"));
  add(bare(
      "Request Rejected", "",
      "<p>The requested URL was rejected. Please consult with your administrator.</p><p>Your support ID is: 1882</p>"));
  add(card("Human Verification", "Press &amp; Hold to confirm you are a human (and not a bot).",
           "<p>Reference ID 77aa</p>"));
  add(card("Security check", "One more step",
           "<p>Please complete the security check to access brindlewick.example</p>"));
  add(bare("429 - slow down", "Slow down",
           "<p>Too many requests have come from this address. Automated queries are not welcome here.</p>"));
  add(framed("Vérification", "Vérification de sécurité",
             "<p>Nous devons nous assurer que vous n'êtes pas un robot avant d’afficher cette page.</p>"));
  add(bare("Un instant…", "exemple.example",
           "<p>Vérifiez que vous êtes humain en effectuant l’action ci-dessous.</p>"));
  add(card("Sicherheitsprüfung", "Bitte bestätigen Sie, dass Sie kein Roboter sind",
           "<p>Wir haben ungewöhnlichen Datenverkehr aus Ihrem Netz festgestellt.</p>"));
  add(bare("Einen Moment bitte", "", "<p>Wir prüfen, ob Sie ein Mensch sind. Das kann einige Sekunden dauern.</p>"));
  add(card("Un momento, por favor", "Comprobación de seguridad",
           "<p>Verifica que eres humano para continuar con tu visita.</p>"));
  add(bare("Controllo", "Controllo di sicurezza",
           "<p>Abbiamo rilevato traffico insolito dalla tua rete. Conferma che non sei un robot.</p>"));
  add(card("Even geduld", "Beveiligingscontrole", "<p>Controleer of je een mens bent voordat je verdergaat.</p>"));
  add(bare("Verificação", "Verificação de segurança", "<p>Confirme que você não é um robô para continuar.</p>"));
  add(bare("Проверка", "Проверка безопасности",
           "<p>Подтвердите, что вы человек, чтобы продолжить просмотр страницы.</p>"));
  add(bare("確認", "セキュリティ検証", "<p>続行するには、人間であることを確認してください。</p>"));
}

void add_challenges(std::vector<InventedPage>& pages) {
  const auto add = [&pages](std::string html) { pages.push_back({"CAPTCHA", std::move(html)}); };
  add(card("Brindlewick", "One last thing",
           "<p>Tick the box and you are through.</p><iframe "
           "src=\"https://www.google.com/recaptcha/api2/anchor\"></iframe>"));
  add(bare("brindlewick.example", "",
           "<script src=\"https://geo.captcha-delivery.com/captcha/c.js\"></script><p>Please wait.</p>"));
  add(framed("Brindlewick", "Hold on",
             "<div class=\"h-captcha\" data-sitekey=\"x\"></div><p>Solve the puzzle to go on.</p>"));
  add(bare("Weiter", "Weiter zur Seite",
           "<p>Bitte lösen Sie die Aufgabe.</p><iframe src=\"https://newassets.hcaptcha.com/1\"></iframe>"));
  add(bare("", "", "<div id=\"px-captcha\"></div><p>Brindlewick</p>"));
  add(shell(
      "Brindlewick",
      "<div id=\"challenge\"></div><script src=\"/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1\"></script>"));
  add(card("Encore une étape", "Encore une étape",
           "<p>Recopiez les lettres de l’image.</p><img src=\"/l.png\" id=\"captcha_image\"><input name=\"letters\">"));
}

void add_logins(std::vector<InventedPage>& pages) {
  const auto add = [&pages](std::string html) { pages.push_back({"login", std::move(html)}); };
  add(card("Log in | Brindlewick", "Welcome back", password_form));
  add(framed("Brindlewick", "Sign in to your account",
             password_form + "<p>New here? Create an account in a minute.</p>"));
  add(bare("Sign In - Brindlewick", "",
           "<p>Enter your e-mail and we will send you a link.</p><form><input type=\"email\"><button>Send "
           "link</button></form>"));
  add(framed("Members", "Members only",
             "<p>You must be logged in to view this page.</p><a href=\"/login\">Go to the login page</a>"));
  add(card("Anmelden – Brindlewick", "Anmelden", password_form + "<p>Passwort vergessen?</p>"));
  add(framed("Connexion", "Connectez-vous à votre compte", password_form));
  add(card("Brindlewick", "Inicia sesión", password_form + "<p>¿Olvidaste tu contraseña?</p>"));
  add(bare("Accedi", "Accedi al tuo account", password_form));
  add(card("Inloggen", "Inloggen bij Brindlewick", password_form));
  add(bare("ログイン", "ログイン", password_form));
  add(bare("Портал", "Войти", password_form));
}

void add_consents(std::vector<InventedPage>& pages) {
  const auto add = [&pages](std::string html) { pages.push_back({"consent page", std::move(html)}); };
  add(card("Before you continue", "Before you continue to Brindlewick",
           "<p>We use cookies and data to deliver our services and to measure how they are used. Choose what you agree "
           "to.</p><button>Reject all</button><button>Accept all</button>"));
  add(bare("Brindlewick", "Your choices",
           "<p>We and our 812 partners store information on your device, such as unique identifiers in cookies.</p><a "
           "class=\"b\" href=\"#\">I agree</a><a href=\"#\">Manage</a>"));
  add(card("Ihre Privatsphäre", "Wir brauchen Ihre Zustimmung",
           "<p>Wir und unsere Partner verwenden Cookies, um Ihr Erlebnis zu verbessern.</p><button>Alle "
           "akzeptieren</button>"));
  add(framed("Brindlewick", "Votre choix",
             "<p>Avec votre accord, nos partenaires et nous utilisons des cookies pour stocker vos "
             "données.</p><button>Accepter et fermer</button>"));
  add(card("Brindlewick", "Antes de continuar",
           "<p>Usamos cookies y datos para medir la audiencia y tu privacidad nos importa.</p><input type=\"submit\" "
           "value=\"Aceptar todo\">"));
  add(card("Prima di continuare", "Prima di continuare",
           "<p>Utilizziamo cookie e dati personali per fornire i servizi.</p><button>Accetta tutto</button>"));
  add(bare("DPG", "Jouw keuze",
           "<p>Wij en onze partners plaatsen cookies en verwerken gegevens.</p><div role=\"button\">Akkoord</div>"));
  add(card("Age check", "Are you old enough?",
           "<p>You must be over 18 to see this page.</p><button>Enter</button><button>Leave</button>"));
  add(bare("確認", "", "<p>当サイトではクッキーを使用しています。</p><button>同意する</button>"));
}

void add_errors(std::vector<InventedPage>& pages) {
  const auto add = [&pages](std::string html) { pages.push_back({"error page", std::move(html)}); };
  add(bare("404 Not Found", "Not Found",
           "<p>The requested URL /privacy was not found on this server.</p><hr><address>Apache</address>"));
  add(framed("Page not found | Brindlewick", "Oops! We lost that page",
             "<p>It may have been moved, or never have been here at all. Try the search, or go back to the front page "
             "and start again.</p>"));
  add(framed("Brindlewick", "We couldn’t find that page",
             "<p>Here are some popular places instead.</p><ul><li>Plans</li><li>Stories</li><li>Help</li></ul>"));
  add(card("Error 500", "Something went wrong",
           "<p>Our engineers have been told. Please try again in a few minutes.</p>"));
  add(bare("503 Service Unavailable", "Service Unavailable", "<p>No server is available to handle this request.</p>"));
  add(bare("", "502 Bad Gateway", "<hr><center>nginx</center>"));
  add(framed("Brindlewick", "Access Denied",
             "<p>You don't have permission to access this page on this server.</p><p>Reference 18.2f</p>"));
  add(card("Maintenance", "We'll be back soon", "<p>Brindlewick is having a rest while we change the furniture.</p>"));
  add(framed("Seite nicht gefunden – Brindlewick", "Hoppla!",
             "<p>Die von Ihnen gesuchte Seite gibt es nicht (mehr). Vielleicht hilft die Suche weiter.</p>"));
  add(framed("Brindlewick", "Cette page n’existe pas",
             "<p>La page que vous recherchez a été déplacée. Revenez à l’accueil ou utilisez la recherche.</p>"));
  add(card("Página no encontrada", "Vaya, no está", "<p>La página que buscas no existe o ha cambiado de lugar.</p>"));
  add(framed("Pagina non trovata", "Errore 404",
             "<p>La pagina che cerchi non è qui. Torna alla pagina principale.</p>"));
  add(bare("Pagina niet gevonden", "Pagina niet gevonden", "<p>Deze pagina bestaat niet of is verplaatst.</p>"));
  add(framed("Página não encontrada", "Página não encontrada",
             "<p>Confira o endereço ou volte para a página inicial.</p>"));
  add(bare("Sidan hittades inte", "Sidan hittades inte", "<p>Kontrollera adressen eller gå till startsidan.</p>"));
  add(bare("Brindlewick", "Nie znaleziono strony", "<p>Sprawdź adres albo wróć na stronę główną.</p>"));
  add(bare("エラー", "ページが見つかりません", "<p>お探しのページは移動または削除された可能性があります。</p>"));
  add(bare("页面未找到", "", "<p>抱歉，您访问的页面不存在，请返回首页。</p>"));
  add(framed("Privacy Policy | Brindlewick", "Privacy Policy",
             "<p>Something went wrong while loading this content. Please try again later.</p>"));
  add(card("Brindlewick", "Not available in your country",
           "<p>For legal reasons we do not offer this website where you are.</p>"));
  add(bare("", "", "<p>Error code: AccessDenied. The page you requested could not be loaded.</p>"));
  add(bare("Welcome to nginx!", "Welcome to nginx!",
           "<p>If you see this page, the nginx web server is successfully installed and working. Further configuration "
           "is required.</p>"));
  std::string crowded = "<p>The page you are looking for is not here. Read on instead:</p>";
  for (int i = 0; i < 30; ++i)
    crowded += "<p>Story number " + std::to_string(i) +
               " of this week tells how a small town built a bridge of books and lamps.</p>";
  add(framed("Page not found", "Page not found", crowded));
}

void add_shells(std::vector<InventedPage>& pages) {
  const auto add = [&pages](std::string html) { pages.push_back({"empty shell", std::move(html)}); };
  add(shell("Privacy Policy",
            "<div id=\"root\"></div><noscript>You need to enable JavaScript to run this app.</noscript>"));
  add(shell("Brindlewick", "<div id=\"__next\"><div class=\"spinner\">Loading…</div></div>"));
  add(shell("Legal", "<app-root></app-root>"));
  add(framed("Terms", "Terms", "<div class=\"skeleton\"></div>"));
  add(shell("Datenschutz", "<div id=\"app\"></div><noscript>Bitte JavaScript aktivieren.</noscript>"));
  add(shell("Brindlewick",
            "<p>Please turn on JavaScript in your browser to read this page, then load it again. Brindlewick needs it "
            "to show you anything at all.</p>"));
  add(bare("Privacy", "", ""));
}

std::string short_document(const std::string& title, const std::string& text) {
  return framed(title + " | Brindlewick", title, "<p>" + text + "</p>");
}

void add_short_documents(std::vector<InventedPage>& pages) {
  const auto add = [&pages](const char* like, const std::string& title, const std::string& text) {
    pages.push_back({like, short_document(title, text)});
  };
  const std::string rest =
      " We keep what you tell us for as long as your account is open, and thirty days longer. We give it to nobody but "
      "the companies that run our servers. You may ask us for a copy, or to correct or erase it, at any time and "
      "without any cost; write to the address at the foot of this page.";
  add("a short policy", "Privacy Policy", "Brindlewick sells lamps." + rest);
  add("speaks of robots", "Privacy Policy",
      "To prove that you are human we use a puzzle, because automated requests cost us money." + rest);
  add("speaks of CAPTCHAs", "Privacy Notice",
      "Our forms are protected by reCAPTCHA, which asks you to show that you are not a robot." + rest);
  add("speaks of passwords", "Privacy Statement",
      "When you log in, and where you forgot your password, we check your e-mail address." + rest);
  add("speaks of errors", "Terms of Service",
      "Where something went wrong, try again later, or tell us: we are liable for what we break." + rest);
  add("speaks of consent", "Cookie Policy",
      "In the banner you may accept all cookies or reject all of them, and change your mind later." + rest);
  add("speaks of pages not found", "Cookie Notice",
      "If a page is not found we count it, without any cookie and without your name." + rest);
  add("speaks of blocking", "Acceptable Use Policy",
      "If you have been blocked for unusual traffic, tell us who you are and what you wanted." + rest);
  add("speaks of age", "Terms of Use",
      "You must be over 18, or sixteen with the consent of a parent, to enter into this agreement." + rest);
  add("speaks of maintenance", "Service Terms",
      "During maintenance the service is unavailable; we announce it two days before." + rest);
  add("speaks of countries", "Terms and Conditions",
      "Some parts are not available in your country, because its law does not allow them." + rest);
  add("named after a number", "404 Lanterns Privacy Policy", "404 Lanterns is a shop for lamps." + rest);
  add("named after another number", "500px Lamp Prints: Terms of Use", "We print what you send us." + rest);
  add("named after signing in", "Terms of Sign in with Lantern",
      "With your lantern you sign in to other sites." + rest);
  add("named after an error", "Error Reporting Privacy Notice",
      "When a program ends in an error we receive a report." + rest);
  add("named after denial", "Guidelines on Access Denied to Accounts", "We say here when an account is closed." + rest);
  add("named after cookies", "Consent and Cookies: Cookie Policy",
      "We set two cookies, one for the basket and one for the language." + rest);
  add("speaks of shields", "Privacy Policy",
      "A web application firewall looks at each request and keeps its address for a day." + rest);
  pages.push_back({"an imprint", framed("Impressum", "Impressum",
                                        "<p>Brindlewick GmbH, Lange Gasse 1, 12345 Musterstadt. Geschäftsführung: A. "
                                        "Beispiel. Registergericht Musterstadt, HRB 1234. Umsatzsteuer-Nummer 99/999. "
                                        "Telefon 0555 0100, E-Mail post@brindlewick.example.</p>")});
  pages.push_back(
      {"French",
       short_document("Politique de confidentialité",
                      "Nous conservons les données que vous nous confiez tant que votre compte est ouvert, puis trente "
                      "jours. Un test vérifie que vous n'êtes pas un robot. Si une erreur survient, réessayez plus "
                      "tard ou écrivez-nous. Vous pouvez demander une copie de vos données, leur correction ou leur "
                      "suppression, à tout moment et sans frais, à l’adresse indiquée au bas de cette page.")});
  pages.push_back(
      {"German",
       short_document("Datenschutzerklärung",
                      "Wir bewahren auf, was Sie uns anvertrauen, solange Ihr Konto besteht, und dreißig Tage länger. "
                      "Eine Sicherheitsprüfung stellt fest, dass Sie kein Roboter sind. Im Banner können Sie alle "
                      "Cookies akzeptieren oder ablehnen. Sie können jederzeit und kostenlos Auskunft, Berichtigung "
                      "oder Löschung verlangen; schreiben Sie dazu an die Adresse am Ende dieser Seite.")});
  pages.push_back(
      {"Spanish",
       short_document("Política de privacidad",
                      "Conservamos los datos que nos confías mientras tu cuenta está abierta y treinta días más. Una "
                      "prueba comprueba que no eres un robot. Puedes aceptar todas las cookies o rechazarlas. Puedes "
                      "pedir una copia de tus datos, su corrección o su supresión en cualquier momento y sin coste, "
                      "escribiendo a la dirección que figura al pie de esta página.")});
  pages.push_back(
      {"Italian",
       short_document("Informativa sulla privacy",
                      "Conserviamo i dati che ci affidi finché il tuo account è aperto e per altri trenta giorni. Un "
                      "controllo di sicurezza verifica che non sei un robot. Puoi accettare tutti i cookie o "
                      "rifiutarli. Puoi chiedere una copia dei tuoi dati, la correzione o la cancellazione in ogni "
                      "momento e senza costi, scrivendo all’indirizzo in fondo a questa pagina.")});
  pages.push_back(
      {"Dutch",
       short_document("Privacyverklaring",
                      "Wij bewaren wat u ons toevertrouwt zolang uw account open is en dertig dagen langer. Een "
                      "controle stelt vast dat u geen robot bent. U kunt alle cookies accepteren of weigeren. U kunt "
                      "op elk moment en zonder kosten om een kopie, een verbetering of het wissen van uw gegevens "
                      "vragen; schrijf naar het adres onderaan deze pagina om dat te doen.")});
  pages.push_back(
      {"Portuguese",
       short_document("Termos de Uso e Privacidade",
                      "Guardamos os dados que você nos confia enquanto a sua conta está aberta e por mais trinta dias. "
                      "Um teste confirma que você não é um robô. Você pode aceitar todos os cookies ou recusá-los. "
                      "Pode pedir uma cópia dos seus dados, a correção ou a exclusão a qualquer momento e sem custo, "
                      "escrevendo para o endereço no fim desta página.")});
  pages.push_back(
      {"Japanese", short_document("プライバシーポリシー",
                                  "当社は、お客様からお預かりした情報を、アカウントが開かれている間およびその後三十日間"
                                  "保管します。ロボットではありませんという確認を行うことがあります。お客様はいつでも無"
                                  "料で、情報の写し、訂正または削除を求めることができます。ご連絡はこのページの末尾の住"
                                  "所までお願いいたします。エラーが発生した場合は後でもう一度お試しください。")});
  pages.push_back(
      {"Russian",
       short_document(
           "Политика конфиденциальности",
           "Мы храним данные, которые вы нам доверили, пока открыта ваша учётная запись, и ещё тридцать дней. Проверка "
           "безопасности подтверждает, что вы не робот. Вы можете принять все файлы куки или отказаться от них. Вы "
           "можете в любое время и бесплатно попросить копию своих данных, их исправление или удаление; напишите нам "
           "по адресу, указанному внизу этой страницы, и мы ответим в течение месяца.")});
}

void add_long_documents(std::vector<InventedPage>& pages) {
  const auto inside = [](const std::string& before, const std::string& after) {
    const std::string page = long_policy(40);
    const std::size_t at = page.find("<main>");
    const std::size_t end = page.find("</main>") + 7;
    return page.substr(0, at) + before + page.substr(at, end - at) + after + "</body></html>";
  };
  const auto add = [&pages](const char* like, std::string html) { pages.push_back({like, std::move(html)}); };
  add("with a cookie banner", inside("",
                                     "<div class=\"cookie-banner\"><p>We use cookies.</p><button>Accept "
                                     "all</button><button>Reject all</button></div>"));
  add("with a consent dialog before it", inside("<div role=\"dialog\"><h2>Before you continue</h2><p>We and our "
                                                "partners use cookies.</p><button>I agree</button></div>",
                                                ""));
  add("with a login form in the header",
      inside("<header>" + password_form + "<a href=\"/r\">Forgot password?</a></header>", ""));
  add("with a CAPTCHA in the newsletter form",
      inside("",
             "<form><div class=\"g-recaptcha\"></div><input type=\"email\"></form><script "
             "src=\"https://www.google.com/recaptcha/api.js\"></script>"));
  add("with a note on scripts", inside("<noscript>Please enable JavaScript to use this site.</noscript>", ""));
  add("with a note on an old browser",
      inside("<div class=\"outdated\" style=\"display:none\">Your browser is not supported. Update your browser.</div>",
             ""));
  add("with a hidden error", inside("<div hidden><h1>Page not found</h1><p>Something went wrong</p></div>", ""));
  add("with a challenge script",
      inside("<script src=\"/cdn-cgi/challenge-platform/scripts/jsd/main.js\"></script>", ""));
  add("with a maintenance note", inside("<p>Scheduled maintenance on Sunday between two and four.</p>", ""));
  add("under a title left over", [&] {
    std::string page = inside("", "");
    const std::size_t at = page.find("Privacy Policy</title>");
    return page.replace(at, 14, "404 Not Found");
  }());
  const char* chapters[] = {"Access denied",
                            "When you sign in",
                            "Errors and failures",
                            "Cookies and consent",
                            "Robots and CAPTCHAs",
                            "Security check",
                            "Log in with another service",
                            "Pages that are not available in your country",
                            "If your account was blocked",
                            "Verify you are human",
                            "Unusual traffic",
                            "Accept all or reject all",
                            "Too many requests",
                            "JavaScript is required",
                            "Not found",
                            "Under maintenance",
                            "Temporarily unavailable",
                            "Error 404",
                            "Sessions that have expired",
                            "Create an account",
                            "Forgot your password",
                            "Age: you must be over 18",
                            "Please try again later",
                            "Your browser is not supported"};
  for (const char* chapter : chapters) {
    add(chapter,
        inside("", "").replace(inside("", "").find("<p>"), 0,
                               std::string("<h2>") + chapter +
                                   "</h2><p>This part says what happens then, and whom you may ask about it.</p>"));
  }
}

}  // namespace

std::vector<InventedPage> suspect_pages() {
  std::vector<InventedPage> pages;
  add_walls(pages);
  add_challenges(pages);
  add_logins(pages);
  add_consents(pages);
  add_errors(pages);
  add_shells(pages);
  return pages;
}

std::vector<InventedPage> real_pages() {
  std::vector<InventedPage> pages;
  add_short_documents(pages);
  add_long_documents(pages);
  return pages;
}

std::string long_policy(int sentences, const std::string& last) {
  std::string html =
      "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>Privacy Policy</title></head><body><main><h1>Privacy "
      "Policy</h1>";
  for (int i = 0; i < sentences; ++i) {
    html += "<p>We keep the data that you give us for purpose number " + std::to_string(i) +
            ", and we delete it when that purpose has ended, unless the law asks us to keep it for longer.</p>";
  }
  return html + "<p>" + last + "</p></main></body></html>";
}

}  // namespace smallprint::test
