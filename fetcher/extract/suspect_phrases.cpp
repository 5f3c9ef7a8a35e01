#include "fetcher/extract/suspect_phrases.h"

#include <cstddef>

namespace smallprint::suspect_phrases {
namespace {

/// Phrases stand between bars and line ends.
Phrases split(std::string_view text) {
  Phrases phrases;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("|\n");
    if (const std::string_view phrase = text.substr(0, end); !phrase.empty()) phrases.push_back(phrase);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return phrases;
}

}  // namespace

const Phrases& wall() {
  static const Phrases phrases = split(R"(
just a moment...|attention required! | cloudflare|checking your browser|checking if the site connection is
verify you are human|verify that you are human|verifying you are human|verify you're human|confirm you are human
confirm that you are human|prove you are human|prove that you are human|verify you are not a bot
verify you are not a robot|are you a robot|are you human?|robot check
needs to review the security of your connection|pardon our interruption|i'm not a robot|i am not a robot
you're not a robot|you are not a robot|you are a robot|you're a robot|ddos protection by
request unsuccessful. incapsula|incapsula incident|unusual traffic|unusual activity from your
suspicious activity from your|automated requests|automated traffic|automated queries|automated access to
enable javascript and cookies to continue|you have been blocked|access to this page has been denied
your request has been blocked|your access has been blocked|your ip has been blocked
your ip address has been blocked|the requested url was rejected|press & hold|security check to access
complete the security check|performing security verification|security verification|too many requests
rate limit exceeded|web application firewall|reference #18.|your support id is|ray id:|vérification de sécurité
vérifier que vous êtes humain|vérifiez que vous êtes humain|vous n'êtes pas un robot|je ne suis pas un robot
êtes-vous un robot|trafic inhabituel|votre accès a été bloqué|vous avez été bloqué|un instant…|un instant...
trop de requêtes|sicherheitsüberprüfung|sicherheitsprüfung|dass sie ein mensch sind|ob sie ein mensch sind
kein roboter|kein bot sind|ungewöhnlichen datenverkehr|ungewöhnlicher datenverkehr|ihr zugriff wurde blockiert
sie wurden blockiert|einen moment bitte|zu viele anfragen|verifica que eres humano|verifique que es humano
no soy un robot|no eres un robot|no es un robot|tráfico inusual|has sido bloqueado|ha sido bloqueado
un momento, por favor|comprobación de seguridad|verificación de seguridad|demasiadas solicitudes
verifica di essere umano|non sono un robot|non sei un robot|traffico insolito|sei stato bloccato
controllo di sicurezza|verifica di sicurezza|troppe richieste|geen robot|controleer of je een mens
verifieer dat u een mens|ongewoon verkeer|u bent geblokkeerd|beveiligingscontrole|te veel verzoeken
verifique que você é humano|verifique se você é humano|não sou um robô|não é um robô|tráfego incomum
você foi bloqueado|verificação de segurança|nie jesteś robotem|nie jestem robotem|weryfikacja bezpieczeństwa
inte är en robot|inte en robot|säkerhetskontroll|не робот|проверка безопасности|проверка браузера
подтвердите, что вы человек|robot olmadığınızı|güvenlik doğrulaması|güvenlik kontrolü|ロボットではありません|人間であることを確認
セキュリティ検証|アクセスがブロック|不是机器人|您是真人|安全验证|安全驗證|访问被拒绝|로봇이 아닙니다|사람인지 확인|보안 확인
)");
  return phrases;
}

const Phrases& error_title() {
  static const Phrases phrases = split(R"(
not found|page not found|file not found|resource not found|object not found|page missing|page can't be found
page cannot be found|page could not be found|page doesn't exist|page does not exist|page no longer exists
page isn't available|page is not available|page unavailable|page not available|this page can't be found
this page cannot be found|this page could not be found|this page doesn't exist|this page does not exist
this page no longer exists|this page isn't available|this page is not available|this page isn't working
the page you|we can't find|we couldn't find|we could not find|sorry, we can|sorry, this page|sorry, the page
oops|whoops|uh oh|uh-oh|something went wrong|something's gone wrong|an error occurred|an error has occurred
an unexpected error|unexpected error|error occurred|application error|server error|internal server error
service unavailable|service temporarily unavailable|temporarily unavailable|site temporarily unavailable
bad gateway|gateway timeout|gateway time-out|bad request|access denied|access forbidden|access blocked|forbidden
unauthorized|403 forbidden|request blocked|under maintenance|site under maintenance|scheduled maintenance
down for maintenance|maintenance mode|maintenance|we'll be back|we will be back|be right back|coming soon
site not found|account suspended|this domain|domain for sale|website expired|index of /|not available in your
content not available|content unavailable|unavailable in your|unsupported browser|your browser is not supported
browser not supported|update your browser|session expired|your session has expired|welcome to nginx
apache2 debian default page|it works!|page introuvable|page non trouvée|cette page n'existe|page inexistante
erreur|une erreur|accès refusé|accès interdit|service indisponible|site en maintenance|oups|seite nicht gefunden
diese seite existiert nicht|seite nicht verfügbar|fehler|ein fehler ist|zugriff verweigert|wartungsarbeiten
hoppla|ups|leider wurde die seite|dienst nicht verfügbar|página no encontrada|no se encontró la página
esta página no existe|acceso denegado|se ha producido un|servicio no disponible|en mantenimiento|vaya
pagina non trovata|questa pagina non esiste|errore|si è verificato un errore|accesso negato
servizio non disponibile|in manutenzione|pagina niet gevonden|deze pagina bestaat niet|er is iets misgegaan
er ging iets mis|toegang geweigerd|onderhoud|página não encontrada|esta página não existe|algo deu errado
acesso negado|ocorreu um erro|em manutenção|nie znaleziono strony|strona nie została znaleziona
strona nie istnieje|sidan hittades inte|sidan kunde inte hittas|siden blev ikke fundet|siden findes ikke
страница не найдена|ошибка|доступ запрещен|sayfa bulunamadı|bir hata oluştu|ページが見つかりません|お探しのページ|エラーが発生|アクセスが拒否
メンテナンス|页面未找到|页面不存在|找不到页面|找不到頁面|抱歉，您访问的页面|페이지를 찾을 수 없습니다|오류가 발생
)");
  return phrases;
}

const Phrases& error_text() {
  static const Phrases phrases = split(R"(
something went wrong|try again later|please try again in|page you requested|page you are looking for
page you're looking for|page you were looking for|could not be loaded|couldn't be loaded|failed to load
unable to load|we couldn't load|is currently unavailable|has moved or no longer|no longer available
under maintenance|not available in your country|not available in your region|unavailable in your region
no healthy upstream|upstream connect error|error code:|nosuchkey|page que vous cherchez|page que vous recherchez
page demandée|réessayer plus tard|réessayez plus tard|seite, die sie suchen|von ihnen gesuchte seite
angeforderte seite|versuchen sie es später|später erneut|página que buscas|página que busca
inténtalo de nuevo más tarde|inténtelo de nuevo|pagina che cerchi|pagina che stai cercando|riprova più tardi
pagina die u zoekt|pagina die je zoekt|probeer het later|tente novamente mais tarde|página que você procura
)");
  return phrases;
}

const Phrases& login_title() {
  static const Phrases phrases = split(R"(
log in|login|log on|logon|sign in|signin|sign-in|log-in|please log in|please sign in|welcome back|member login
customer login|single sign-on|authentication required|create an account|join now|sign up|anmelden|anmeldung
einloggen|bitte melden sie sich|willkommen zurück|se connecter|connexion|connectez-vous|identifiez-vous
s'identifier|iniciar sesión|inicia sesión|inicio de sesión|acceder|accedi|accesso|inloggen|log in bij|aanmelden
entrar|iniciar sessão|fazer login|zaloguj się|logowanie|logga in|log ind|logg inn|войти|вход|giriş yap|oturum aç
ログイン|サインイン|登录|登入|로그인
)");
  return phrases;
}

const Phrases& login_text() {
  static const Phrases phrases = split(R"(
log in to continue|sign in to continue|log in to view|sign in to view|must be logged in|must be signed in
need to log in|need to sign in|please log in|please sign in|forgot password|forgot your password
mot de passe oublié|passwort vergessen|¿olvidaste tu contraseña|olvidó su contraseña|password dimenticata
wachtwoord vergeten|esqueceu a senha|esqueceu sua senha|nie pamiętasz hasła|glömt lösenord|забыли пароль
şifremi unuttum|パスワードをお忘れ|忘记密码|비밀번호를 잊
)");
  return phrases;
}

const Phrases& consent_button() {
  static const Phrases phrases = split(R"(
accept|accept all|accept all cookies|accept cookies|accept and continue|accept & continue|agree|i agree|i accept
agree and continue|agree & continue|agree and close|allow all|allow all cookies|allow cookies|got it|consent
i consent|yes, i agree|reject all|ok|yes, i am over 18|i am 18 or older|i am over 18|enter
continue without accepting|alle akzeptieren|akzeptieren|alles akzeptieren|alle cookies akzeptieren|zustimmen
ich stimme zu|akzeptieren und weiter|zustimmen und weiter|einverstanden|tout accepter|accepter|j'accepte
accepter et continuer|accepter et fermer|continuer sans accepter|aceptar|aceptar todo|aceptar todas
aceptar y continuar|acepto|accetta|accetta tutto|accetta tutti|accetto|accetta e continua|accetta e chiudi
accepteren|alles accepteren|alle cookies accepteren|akkoord|ja, ik accepteer|aceitar|aceitar tudo|aceitar todos
concordo|akceptuję|zaakceptuj wszystko|przejdź do serwisu|acceptera|acceptera alla|godkänn alla|accepter alle
принять|принять все|kabul et|tümünü kabul et|同意|同意する|すべて許可|同意して続ける|全部接受|接受|동의|모두 동의
)");
  return phrases;
}

const Phrases& consent_subject() {
  static const Phrases phrases = split(R"(
cookie|consent|privacy|personal data|your data|your choices|partners|before you continue|18 years|over 18
your age|datenschutz|privatsphäre|vie privée|données|partenaires|privacidad|privacidade|dati personali|gegevens
dane osobowe|prywatność|файлы|çerez|プライバシー|クッキー|隐私|쿠키
)");
  return phrases;
}

const Phrases& scripts_wanted() {
  static const Phrases phrases = split(R"(
enable javascript|javascript is disabled|javascript is required|requires javascript|without javascript
javascript to run this app|turn on javascript|activer javascript|activez javascript|javascript aktivieren
activar javascript|active javascript|habilite javascript|abilita javascript|abilitare javascript
schakel javascript|javascript inschakelen|ative o javascript|włącz javascript|включите javascript|javascriptを有効
启用javascript|启用 javascript
)");
  return phrases;
}

const Phrases& legal_title() {
  static const Phrases phrases = split(R"(
privacy policy|privacy notice|privacy statement|cookie policy|cookie notice|cookie statement|cookies policy
terms of|terms and|terms &|user agreement|agreement|legal notice|imprint|impressum|guidelines|acceptable use
conditions|mentions légales|politique|charte|datenschutzerklärung|datenschutzhinweise|datenschutzinformation
nutzungsbedingungen|agb|cookie-richtlinie|política de|términos|aviso legal|aviso de privacidad|condiciones
informativa|termini|condizioni|note legali|privacyverklaring|privacybeleid|cookiebeleid|voorwaarden|termos
polityka|regulamin|integritetspolicy|användarvillkor|villkor|privatlivspolitik|personvernerklæring|политика
соглашение|gizlilik|kullanım koşulları|プライバシーポリシー|利用規約|隐私政策|隱私權政策|服务条款|用户协议|개인정보|이용약관
)");
  return phrases;
}

const Phrases& captcha_source() {
  static const Phrases phrases = split(R"(
recaptcha|hcaptcha.com|challenges.cloudflare.com|captcha-delivery.com|/cdn-cgi/challenge-platform|arkoselabs
funcaptcha|px-captcha|perimeterx|geetest|captcha.|/captcha|awswaf|friendlycaptcha|mtcaptcha
)");
  return phrases;
}

}  // namespace smallprint::suspect_phrases
