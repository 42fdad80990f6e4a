// Made by scripts/embed-rules.ts; change rules/default.yaml and run it again.

/** Text of `rules/default.yaml`. */
export const defaultRules = `# Rules for clients of a web server. Each piece of evidence has a weight; together they make a score, 1 - product of
# (1 - weight). At 0.8 a client is a bot, at 0.5 suspicious. A client that names a program people run is no bot by that name.
# Weights are choices, not fitted; docs/http-results.md says what they give on real logs.
version: 1
name: default
classification:
  minimum_downloads: 0
confidence:
  method: evidence
  fallback: 0.6
  priors: { organic: 1, bot: 1, hub: 0.5 }
review:
  below: 0.5
  anomalous_organic: false
evidence:
  patterns:
    # what a client says of itself
    - id: ua_known_bot
      reason: Calls itself a crawler, monitor or other robot.
      weight: 0.99
      groups: [agent]
      ua_declared_bot: 1
    - id: ua_headless
      reason: Is a browser without a screen.
      weight: 0.95
      groups: [agent]
      ua_headless: 1
    - id: ua_missing
      reason: Sends no user agent.
      weight: 0.6
      groups: [agent]
      ua_missing: 1
    - id: ua_nameless
      reason: Sends a user agent that names nothing, and loads nothing that belongs to a page.
      weight: 0.8
      groups: [conduct]
      ua_nameless: 1
      asset_ratio: 0
    - id: impersonation
      reason: Claims to be a crawler whose operator does not own the address.
      weight: 0.95
      groups: [request]
      ua_impersonation: 1
    # single requests
    - id: robots_txt
      reason: Asked for /robots.txt, which only programs read.
      weight: 0.85
      groups: [request]
      robots_txt_requested: 1
    - id: trap
      reason: Asked for a path that no visitor is shown.
      weight: 0.99
      groups: [request]
      hidden_link_hits: { min: 1 }
    - id: garbage
      reason: Sent bytes that are no request, as scanners of ports do.
      weight: 0.8
      groups: [conduct]
      garbage_requests: { min: 1 }
    - id: secret_missed
      reason: Asked for a secret or a console that the site does not have.
      weight: 0.85
      groups: [conduct]
      sensitive_missed: { min: 1 }
    - id: attack
      reason: Sends an attack on a program in the address of a request.
      weight: 0.85
      groups: [conduct]
      attack_requests: { min: 1 }
    - id: proxy_probe
      reason: Takes the server for a proxy to somewhere else.
      weight: 0.8
      groups: [conduct]
      proxy_requests: { min: 1 }
    - id: blind_post
      reason: Logs in or comments as a browser and never saw the form as a browser does.
      weight: 0.85
      groups: [conduct]
      any:
        - blind_posts: { min: 1 }
        - bare_posts: { min: 1 }
          site_asset_visitors: { min: 0.8 }
        - bare_posts: { min: 1 }
          site_bare_share: { max: 0.15 }
    - id: brute_force
      reason: Tries to log in more than twenty times in one session.
      weight: 0.85
      groups: [conduct, volume]
      max_session_logins: { gt: 20 }
    # what a browser brings along, on sites whose visitors do
    - id: bare_agent
      reason: Gets pages without styles and images, as only clients with its agent do.
      weight: 0.8
      groups: [conduct]
      bare_pages: { min: 1 }
      ua_graphical: 1
      any:
        - agent_visitors: { min: 10 }
          agent_bare_share: { min: 0.9 }
          site_asset_visitors: { min: 0.8 }
        - agent_visitors: { min: 10 }
          agent_bare_share: { min: 0.9 }
          site_bare_share: { max: 0.15 }
        - agent_visitors: { min: 20 }
          agent_bare_share: { min: 0.5 }
          site_bare_share: { max: 0.15 }
    - id: bare_pages
      reason: Claims to be a browser, gets pages and nothing that belongs to them, and follows no link.
      weight: 0.5
      groups: [conduct]
      bare_pages: { min: 3 }
      ua_graphical: 1
      any:
        - site_asset_visitors: { min: 0.8 }
        - site_bare_share: { max: 0.15 }
    - id: bare_network
      reason: Gets pages without styles and images, as all browsers of its network do.
      weight: 0.8
      groups: [conduct]
      bare_pages: { min: 1 }
      ua_graphical: 1
      network_visitors: { min: 10 }
      network_bare_share: { min: 0.9 }
      any:
        - site_asset_visitors: { min: 0.8 }
        - site_bare_share: { max: 0.15 }
    - id: bare_tour
      reason: Goes through fifteen pages or more without styles and images faster than they are read, or through forty.
      weight: 0.6
      groups: [conduct, session]
      ua_graphical: 1
      all:
        - any:
            - bare_pages: { min: 15 }
              time_per_page: { lt: 30 }
              site_link_followers: { min: 0.5 }
            - bare_pages: { min: 40 }
        - any:
            - site_asset_visitors: { min: 0.8 }
            - site_bare_share: { max: 0.15 }
    - id: lone_tour
      reason: Follows links through sixty pages or more, one each ten seconds or faster, and never gets anything that belongs to a page.
      weight: 0.7
      groups: [conduct, session]
      lone_pages: { min: 60 }
      time_per_page: { lt: 10 }
      ua_graphical: 1
      any:
        - site_asset_visitors: { min: 0.8 }
        - site_bare_share: { max: 0.15 }
    - id: opened_pages
      reason: Opens fifteen pages or more, each as if its address were typed, and follows no link.
      weight: 0.6
      groups: [conduct, session]
      opened_pages: { min: 15 }
      ua_graphical: 1
      site_link_followers: { min: 0.5 }
    - id: opened_tour
      reason: Opens thirty pages or more as if their addresses were typed, faster than they are read.
      weight: 0.5
      groups: [conduct, session]
      opened_pages: { min: 30 }
      time_per_page: { lt: 20 }
      ua_graphical: 1
      site_link_followers: { min: 0.5 }
    - id: clockwork
      reason: Asks at intervals as even as those of a timer, and loads nothing that belongs to a page.
      weight: 0.7
      groups: [conduct, session]
      number_requests_total: { min: 50 }
      cv_interarrival: { lt: 0.1 }
      asset_ratio: 0
      no_referrer_requests_ratio: 1
      ua_machine: 0
    # sessions; small actors are left alone
    - id: head_only
      reason: Only asks whether things are there.
      weight: 0.6
      groups: [conduct, session]
      HEAD_requests_ratio: 1
    - id: no_referrer
      reason: Never says where it comes from.
      weight: 0.25
      groups: [conduct, session, habit]
      no_referrer_requests_ratio: 1
    - id: no_images
      reason: Reads pages of a site with images and loads none.
      weight: 0.35
      groups: [conduct, session, habit]
      page_requests: { min: 1 }
      image_ratio: 0
      site_image_share: { min: 0.01 }
    - id: single_request
      reason: Came for a single request.
      weight: 0.1
      groups: [conduct, session, habit]
      number_requests_total: 1
    - id: fast_pages
      reason: Goes from page to page in less than half a second.
      weight: 0.7
      groups: [conduct, session, volume, pace]
      time_per_page: { lt: 0.5 }
      max_session_pages: { min: 3 }
    - id: fast_no_referrer
      reason: Asks for much in quick succession on one day without saying where it comes from.
      weight: 0.6
      groups: [conduct, session, volume, habit]
      max_fast_day_no_referrer: { gt: 30 }
    - id: volume
      reason: Makes more requests in one session than a person does.
      weight: 0.7
      groups: [conduct, session, volume]
      max_session_requests_scaled: { gt: 1500 }
    - id: rate_peak
      reason: Asks for thirty pages or more within a minute.
      weight: 0.8
      groups: [conduct, session, volume, pace]
      max_pages_60s: { min: 30 }
    - id: day_volume
      reason: Asks for more than 800 pages on one day.
      weight: 0.8
      groups: [conduct, session, volume]
      max_day_pages: { gt: 800 }
    - id: id_sweep
      reason: Counts through numbered items one by one.
      weight: 0.85
      groups: [conduct, session, habit]
      id_run_ratio: { gt: 0.8 }
      swept_items: { min: 50 }
    - id: no_cookie_repeat
      reason: Asks for the same paths again and again without the cookie that a browser would send.
      weight: 0.7
      groups: [conduct, session]
      max_day_without_cookie: { gt: 10 }
    # the stream of requests
    - id: crawl_distinct
      reason: Opens new paths faster than a reader does.
      weight: 0.7
      groups: [conduct, volume, pace]
      crawl_level: { gt: 40 }
    - id: probing
      reason: Tries many paths that do not exist or are forbidden.
      weight: 0.8
      groups: [conduct, misses]
      probing_level: { gt: 10 }
    - id: sensitive_paths
      reason: Looks for secrets, consoles and weak spots.
      weight: 0.95
      groups: [conduct]
      sensitive_level: { gt: 4 }
    - id: ua_switching
      reason: Changes its user agent from request to request.
      weight: 0.8
      groups: [conduct]
      agent_switching_level: { gt: 10 }
  vetoes:
    - id: small_actor
      reason: Asked for fewer than ten pages, documents or files on any day, too little to judge by behaviour.
      groups: [session]
      max_day_content: { lt: 10 }
    - id: program_habits
      reason: Names a program that people run, which has no referrer and no image by nature and is often handed a list.
      groups: [habit]
      ua_machine: 1
    - id: program_misses
      reason: Names a program that people run, and got half of what it asked for or more, as where packages are looked for in several places.
      groups: [misses]
      ua_machine: 1
      status_4xx_ratio: { lt: 0.5 }
    - id: shared_address
      reason: Its address has twenty kinds of browsers or more, twenty browsers that load styles anew and follow links, or twenty visits that begin elsewhere and follow links, so it may be many people, and how much it asks for says nothing.
      groups: [volume]
      any:
        - address_visitors: { min: 20 }
        - browser_copies: { min: 20 }
          pages_per_copy: { min: 2 }
          linked_pages_ratio: { min: 0.5 }
        - entered_pages: { min: 20 }
          linked_pages_ratio: { min: 0.5 }
    - id: reads_ahead
      reason: Follows links, keeps what belongs to pages and asks for fewer than two pages a second, so it may be a browser that fetches what its visitor may open next, and its pace says nothing.
      groups: [pace]
      browser_copies: { min: 1 }
      pages_per_copy: { min: 3 }
      linked_pages_ratio: { min: 0.5 }
      max_pages_60s: { lt: 120 }
behavior_type:
  automated:
    from_categories: true
    patterns: []
  organic:
    patterns:
      - id: too_little_evidence
        reason: What speaks for automation does not reach the score of a bot.
        priority: 0
        evidence_score: { lt: 0.8 }
automation_category:
  bot:
    patterns:
      - id: enough_evidence
        reason: What speaks for automation together reaches the score of a bot.
        priority: 1
        evidence_score: { min: 0.8 }
  legitimate_automation:
    patterns:
      - id: program_of_people
        reason: Names a program that people run, and does not behave like a crawler.
        priority: 2
        confidence: 0.8
        ua_machine: 1
        evidence_conduct: { lt: 0.8 }
subcategories:
  impostor: { parent: bot, ua_impersonation: 1 }
  declared_bot:
    parent: bot
    any: [{ ua_declared_bot: 1 }, { robots_txt_requested: 1 }]
  undeclared_bot: { parent: bot, evidence_score: { min: 0 } }
  machine: { parent: legitimate_automation, evidence_score: { min: 0 } }
  suspicious: { parent: organic, evidence_score: { min: 0.5 } }
  human: { parent: organic, evidence_score: { min: 0 } }
`;
