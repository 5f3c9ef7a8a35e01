// The feeds, at every place they hang: the site, a service, a document, a topic.
#pragma once

#include "server/call.h"

namespace smallprint::feeds {

Reply atom(Call& call);
Reply rss(Call& call);
Reply json(Call& call);
Reply opml(Call& call);
Reply calendar(Call& call);  ///< announced terms as iCalendar

}  // namespace smallprint::feeds
