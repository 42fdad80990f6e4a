// Made by scripts/embed-rules.ts; change rules/default.yaml and run it again.

/** Text of `rules/default.yaml`. */
export const defaultRules = `# Rules for locations of a download archive. Bot and hub patterns decide at once (\`from_categories\`); a higher priority wins.
# \`confidence\` is the share of a rule's matches that were right, out of fold, on the public location labels
# (docs/rules.md says how that and the thresholds were found). Clock measures are in UTC, so no rule rests on working hours alone.
version: 1
name: default
classification:
  # One or two downloads fit every class: no rhythm, no distribution, no history can be measured on them.
  minimum_downloads: 3
  fallback_thresholds: { organic_max_users: 100, bot_min_users: 500, bot_max_dl_per_user: 100, hub_min_dl_per_user: 100 }
confidence:
  method: stated
  fallback: 0.65
  # Class shares of the labelled sample.
  priors: { organic: 0.22, bot: 0.65, hub: 0.13 }
review:
  below: 0.7
  anomalous_organic: true
behavior_type:
  automated:
    from_categories: true
    patterns: []
  organic:
    patterns:
      - id: people_who_return
        reason: A few regulars make most downloads over several years, each in moderate amounts, as in an active research place.
        priority: 2
        confidence: 0.83
        user_gini_coefficient: { min: 0.7 }
        years_span: { min: 3 }
        working_hours_ratio: { min: 0.45 }
        downloads_per_user: { max: 60 }
      # The rules below read what only a log tells (weeks, returns, visits), so the labels, which come without, could not try them.
      - id: people_who_keep_weeks
        reason: Most users come back, rest at weekends and keep some hours of the day, as people do wherever they are.
        priority: 4
        confidence: 0.9
        weekend_ratio: { max: 0.2 }
        hourly_entropy: { max: 2.9 }
        downloads_per_session: { max: 20 }
        # Where days of users are not known, users that differ stand for users that return.
        any: &return [ { avg_active_days_per_user: { min: 1.2 } }, { user_gini_coefficient: { min: 0.35 } } ]
        not: &machines
          any:
            - { unique_users: { max: 5 }, num_sessions: { min: 20 }, unique_projects: { max: 3 } }
            - { unique_users: { min: 15 }, num_sessions: { max: 60 }, downloads_per_session: { max: 1.15 }, user_gini_coefficient: { max: 0.3 } }
      - id: people_who_keep_days
        reason: Users who come back, nearly all in the hours of one working day, as in a log whose clock is that of its people.
        priority: 4
        confidence: 0.85
        working_hours_ratio: { min: 0.4 }
        night_activity_ratio: { max: 0.1 }
        downloads_per_session: { max: 12 }
        hourly_entropy: { min: 1.2, max: 2.9 }
        any: *return
        not: *machines
      - id: crowd_with_tastes
        reason: Many users who come back, of whom some take far more than others and many want the same data sets.
        priority: 4
        confidence: 0.85
        unique_users: { min: 20 }
        any: [ { avg_active_days_per_user: { min: 1.3 }, user_gini_coefficient: { min: 0.3 } }, { user_gini_coefficient: { min: 0.33 } } ]
        top_project_concentration: { min: 0.06 }
        unique_projects: { min: 40 }
        downloads_per_user: { max: 50 }
        not: { hourly_entropy: { min: 2.95 }, projects_per_download: { min: 0.15 } }
      - id: city_with_favourites
        reason: So many users that no hour is empty, who take little each, prefer some hours and want some data sets far more than others, as a city does.
        priority: 6
        confidence: 0.85
        unique_users: { min: 30 }
        user_visit_count: { min: 400 }
        downloads_per_user: { max: 20 }
        hourly_entropy: { min: 2.7, max: 2.97 }
        top_project_lead: { min: 5 }
        active_days: { min: 90 }
        # Clearer hours go with quieter weekends where people are; bots that keep the hours of people work on.
        any: [ { hourly_entropy: { min: 2.83 } }, { weekend_ratio: { max: 0.2 } } ]
      - id: people_at_home
        reason: Many users of whom some take far more than others, fewer by night than by day, as the people of a town who come from home.
        priority: 4
        confidence: 0.8
        unique_users: { min: 15 }
        user_gini_coefficient: { min: 0.25 }
        hourly_entropy: { min: 2.6, max: 2.9 }
        num_sessions: { min: 40 }
        downloads_per_session: { min: 1.8, max: 20 }
        downloads_per_user: { max: 30 }
      - id: gathering
        reason: Many users within one season for the same few data sets, as a course or a conference brings.
        priority: 4
        confidence: 0.85
        unique_users: { min: 15 }
        projects_per_user: { max: 0.2 }
        downloads_per_user: { max: 50 }
        any:
          - { lifespan_days: { max: 100 }, hourly_entropy: { max: 2.7 } }
          - { lifespan_days: { max: 100 }, active_days: { min: 30 }, downloads_per_session: { min: 1.5 }, avg_active_days_per_user: { min: 1.3 } }
          - { hourly_entropy: { max: 2.5 }, weekend_ratio: { max: 0.12 } }
        # A crowd that is sent: everybody comes again and again, and takes as much as the next.
        not: { avg_active_days_per_user: { min: 3 }, user_gini_coefficient: { max: 0.1 } }
      - id: course
        reason: A class of users who take the same few data sets within the same hours of working days.
        priority: 4
        confidence: 0.85
        unique_users: { min: 8, max: 120 }
        projects_per_user: { max: 0.6 }
        hourly_entropy: { max: 2.3 }
        weekend_ratio: { max: 0.1 }
        downloads_per_user: { max: 50 }
      - id: one_data_set
        reason: A person or two who sat down a few times to take one data set or some, whole.
        priority: 4
        confidence: 0.75
        unique_users: { max: 3 }
        num_sessions: { max: 12 }
        unique_projects: { max: 6 }
        unique_file_ratio: { min: 0.1 }
        downloads_per_user: { max: 600 }
      - id: small_place
        reason: Few active users and a small volume, as individual people and small groups leave.
        priority: 0
        confidence: 0.81
        user_entropy: { max: 4.5 }
        total_downloads: { max: 2500 }
automation_category:
  bot:
    patterns:
      - id: crowd_of_equal_users
        reason: A crowd of users that all download about as much, which people do not.
        priority: 1
        confidence: 0.97
        user_entropy: { min: 4.5 }
        user_gini_coefficient: { max: 0.75 }
      - id: sudden_small_crowd
        reason: A dozen users or so that appeared within one year, took a few files each at all hours and never returned.
        priority: 1
        confidence: 0.95
        unique_users: { min: 9 }
        downloads_per_user: { max: 4 }
        years_span: { max: 1 }
        user_gini_coefficient: { max: 0.5 }
        hourly_entropy: { min: 2.2 }
        working_hours_ratio: { max: 0.45 }
      - id: round_the_clock
        reason: A small place whose downloads are spread over more than sixteen hours of the day, as those of no local population are.
        priority: 1
        confidence: 0.97
        hourly_entropy: { min: 2.8 }
        total_downloads: { max: 2500 }
        years_span: { max: 4 }
      - id: same_files_again
        reason: Many downloads per user of very few data sets, the sign of a script that fetches the same files again and again.
        priority: 3
        confidence: 0.57
        downloads_per_user: { min: 150 }
        unique_projects: { max: 6 }
        # Where a log tells of days and visits, these say more: jobs that repeat, institutions and people are not what the labels showed.
        not: &days { active_days: { min: 1 } }
        requires: &unless_known { active_days: skip }
      - id: latest_year_surge
        reason: Hardly used in earlier years, then heavy downloads per user in the latest.
        priority: 3
        confidence: 0.65
        downloads_per_user: { min: 20 }
        fraction_latest_year: { min: 0.93 }
        years_span: { min: 2 }
        not: *days
        requires: *unless_known
      - id: names_in_rotation
        reason: Fifteen users or more who take nearly the same each, at all hours, as names that a program uses in turn.
        priority: 3
        confidence: 0.85
        unique_users: { min: 15 }
        user_gini_coefficient: { max: 0.15 }
        hourly_entropy: { min: 2.95 }
        downloads_per_user: { min: 4 }
        num_sessions: { min: 30 }
      - id: one_file_around_the_clock
        reason: Many users who take the same file or two by day, by night and at weekends alike.
        priority: 5
        confidence: 0.85
        unique_users: { min: 15 }
        unique_files: { max: 3 }
        hourly_entropy: { min: 2.85 }
        weekend_ratio: { min: 0.17 }
        num_sessions: { min: 30 }
        downloads_per_user: { max: 20 }
      - id: nothing_twice
        reason: Users who hardly ever want what another one wanted; people share their interests.
        priority: 5
        confidence: 0.95
        unique_users: { min: 5 }
        total_downloads: { min: 10 }
        downloads_per_user: { max: 30 }
        any:
          - { projects_per_download: { min: 0.9 } }
          - { unique_users: { min: 10 }, projects_per_download: { min: 0.6 }, top_project_concentration: { max: 0.035 } }
          - { unique_users: { min: 15 }, projects_per_download: { min: 0.55 }, hourly_entropy: { min: 2.6 } }
      - id: one_of_each
        reason: Few users who take one of each, as a program does that walks the archive.
        priority: 4
        confidence: 0.85
        unique_users: { max: 20 }
        unique_projects: { min: 60 }
        projects_per_download: { min: 0.6 }
      - id: swept_within_days
        # Among the labels, one or two people who took twelve to seventeen data sets are people; who took more are not.
        reason: A hundred downloads or more of some twenty data sets within days, and never again.
        priority: 5
        confidence: 0.75
        unique_users: { max: 40 }
        unique_projects: { min: 18 }
        total_downloads: { min: 100 }
        any:
          - { unique_users: { max: 20 }, lifespan_days: { max: 2 }, downloads_per_user: { min: 60 } }
          - { lifespan_days: { max: 10 }, downloads_per_session: { min: 40 } }
          - { unique_users: { max: 30 }, unique_projects: { min: 30 }, unique_file_ratio: { min: 0.9 }, projects_per_download: { min: 0.1 }, lifespan_days: { max: 20 }, quiet_days: { min: 60 } }
      - id: same_file_in_a_row
        reason: The same file or two dozens of times within a visit, as a client does that retries.
        priority: 5
        confidence: 0.65
        unique_users: { max: 5 }
        unique_file_ratio: { max: 0.06 }
        total_downloads: { min: 30 }
        num_sessions: { max: 20 }
        downloads_per_session: { min: 20 }
      - id: poller
        reason: A file or a few, one at a time, again and again, as a program does that checks whether a server answers.
        priority: 6
        confidence: 0.85
        unique_users: { max: 10 }
        num_sessions: { min: 40 }
        any:
          - { unique_files: { max: 3 }, downloads_per_session: { max: 1.1 }, hourly_entropy: { min: 1.2 } }
          - { unique_files: { max: 2 }, downloads_per_session: { max: 1.4 }, hourly_entropy: { min: 2.85 } }
      - id: loop_for_a_while
        reason: The same few files over and over for some weeks, by no timetable, and then no more.
        priority: 6
        confidence: 0.85
        unique_users: { max: 5 }
        unique_files: { max: 10 }
        unique_file_ratio: { max: 0.066 }
        total_downloads: { min: 50 }
        lifespan_days: { max: 75 }
        quiet_days: { min: 60 }
        any: [ { inter_session_regularity: { max: 2.5 } }, { hourly_entropy: { min: 2.8 } } ]
      - id: sent_for_one_thing
        reason: Many names that come back and take one of the same few things each time, on days or at hours that people leave.
        priority: 6
        confidence: 0.9
        unique_users: { min: 15 }
        user_visit_size_cv: { max: 0.35 }
        avg_active_days_per_user: { min: 1.3 }
        projects_per_user: { max: 0.6 }
        downloads_per_user: { max: 15 }
        any: [ { weekend_ratio: { min: 0.23 } }, { night_activity_ratio_local: { min: 0.25 } } ]
      - id: drip_on_a_timer
        reason: One download at a time, ever from another data set, in pauses too even for chance.
        priority: 4
        confidence: 0.85
        num_sessions: { min: 100 }
        downloads_per_session: { max: 1.5 }
        unique_projects: { min: 50 }
        inter_session_regularity: { min: 2.2 }
      # The labels come without anomaly scores, so its confidence is a choice: enough to decide, low enough to be reviewed.
      - id: anomalous_even_crowd
        reason: Users that download about equally much, hardly in working hours, at a location that is anomalous among its peers.
        priority: 1
        confidence: 0.6
        require_anomaly: true
        anomaly_score: { gt: 0 }
        user_entropy: { min: 3 }
        user_gini_coefficient: { max: 0.6 }
        hourly_entropy: { min: 2.6 }
        working_hours_ratio: { max: 0.45 }
  legitimate_automation:
    patterns:
      - id: heavy_users
        reason: Few users with a large volume each and many data sets, like a mirror, a pipeline or a data centre.
        priority: 2
        confidence: 0.85
        downloads_per_user: { min: 70 }
        total_downloads: { min: 2500 }
      - id: mirror_of_many_projects
        reason: Very many downloads per user of many data sets, around the clock and in more than one year, like a mirror.
        priority: 2
        confidence: 0.93
        downloads_per_user: { min: 200 }
        unique_projects: { min: 50 }
        hourly_entropy: { min: 2.8 }
        years_span: { min: 2 }
      - id: shared_gateway
        reason: A large volume from many users of whom a few make nearly all, like an institution behind one gateway.
        priority: 2
        confidence: 0.9
        total_downloads: { min: 25000 }
        downloads_per_user: { min: 30 }
        user_gini_coefficient: { min: 0.9 }
      - id: job_that_repeats
        reason: Few users who fetch the same few files on many visits, as a build or a test does.
        priority: 5
        confidence: 0.85
        unique_users: { max: 5 }
        num_sessions: { min: 20 }
        downloads_per_user: { min: 30 }
        unique_projects: { max: 6 }
        any: [ { unique_file_ratio: { max: 0.08 } }, { unique_projects: { max: 2 }, num_sessions: { min: 40 } } ]
      - id: runners
        reason: Names that come again on many days for the same few files, as builds and tests do.
        priority: 5
        confidence: 0.8
        unique_files: { max: 6 }
        active_days: { min: 30 }
        avg_active_days_per_user: { min: 3 }
        downloads_per_user: { min: 15 }
        num_sessions: { min: 60 }
      - id: collectors
        reason: A few users who on many visits take many data sets, much at a time.
        priority: 5
        confidence: 0.75
        unique_users: { max: 5 }
        downloads_per_user: { min: 300 }
        any:
          - { unique_projects: { min: 40 }, num_sessions: { min: 20 }, downloads_per_session: { min: 18 } }
          - { unique_projects: { min: 40 }, lifespan_days: { min: 30 }, downloads_per_session: { min: 100 } }
          - { unique_projects: { min: 8 }, num_sessions: { min: 8 }, lifespan_days: { min: 60 }, downloads_per_session: { min: 30 } }
      - id: collectors_among_people
        reason: An institute of whose people a few take a hundred times as much as most, and in larger visits.
        priority: 5
        confidence: 0.75
        unique_users: { min: 6 }
        user_gini_coefficient: { min: 0.6 }
        user_entropy: { max: 4 }
        user_visit_size_cv: { min: 1.45 }
        avg_active_days_per_user: { min: 4 }
        active_weeks: { min: 35 }
        downloads_per_user: { min: 25 }
        unique_projects: { min: 100 }
      - id: institute_of_collectors
        reason: An institute of whose users each comes back through the seasons and takes much at a visit, at more hours than those who read.
        priority: 6
        confidence: 0.75
        unique_users: { min: 8 }
        downloads_per_user: { min: 75 }
        downloads_per_session: { min: 13 }
        avg_active_days_per_user: { min: 3 }
        hourly_entropy: { min: 2.3 }
        lifespan_days: { min: 150 }
      - id: pipeline_through_the_week
        reason: A few users who for most of a year fetch whole data sets at all hours, weekends included, as a pipeline does.
        priority: 3
        confidence: 0.75
        unique_users: { max: 5 }
        unique_projects: { min: 10 }
        downloads_per_user: { min: 140 }
        downloads_per_session: { min: 20 }
        active_days: { min: 8 }
        lifespan_days: { min: 200 }
        weekend_ratio: { min: 0.2 }
        hourly_entropy: { min: 2.3 }
      - id: punctual_job
        reason: Few users who come on many days, always within the same two hours, and take much.
        priority: 5
        confidence: 0.85
        unique_users: { max: 8 }
        downloads_per_user: { min: 40 }
        any:
          - { unique_users: { max: 5 }, active_days: { min: 30 }, num_sessions: { min: 30 }, hourly_entropy: { max: 1.1 }, downloads_per_user: { min: 60 } }
          - { active_days: { min: 12 }, lifespan_days: { min: 60 }, hourly_entropy: { min: 0.01, max: 0.85 }, unique_projects: { min: 16 } }
          - { active_days: { min: 12 }, lifespan_days: { min: 60 }, hourly_entropy: { max: 0.85 }, unique_projects: { min: 16 }, downloads_per_user: { min: 150 } }
      - id: job_on_a_timer
        reason: Few users who each take much, much at a time, on many days, the same few hours at weekends as in the week.
        priority: 5
        confidence: 0.85
        unique_users: { max: 10 }
        downloads_per_user: { min: 150 }
        active_days: { min: 40 }
        downloads_per_session: { min: 4 }
        hourly_entropy: { min: 0.01, max: 1.85 }
        weekend_ratio: { min: 0.22, max: 0.36 }
      - id: bulk_transfer
        reason: Few users who move much at a time by a protocol for bulk.
        priority: 5
        confidence: 0.85
        unique_users: { max: 12 }
        downloads_per_user: { min: 150 }
        downloads_per_session: { min: 15 }
        unique_projects: { min: 7 }
        any: [ { ftp_ratio: { min: 0.5 } }, { aspera_ratio: { min: 0.3 } }, { globus_ratio: { min: 0.1 } } ]
      - id: round_the_clock_transfer
        reason: Few users who take much at all hours, mostly by a protocol that people do not use by hand.
        priority: 3
        confidence: 0.85
        unique_users: { max: 50 }
        downloads_per_user: { min: 60 }
        hourly_entropy: { min: 2.8 }
        ftp_ratio: { min: 0.5 }
        num_sessions: { min: 20 }
subcategories:
  individual_user: { parent: organic, unique_users: { max: 5 }, downloads_per_user: { max: 30 } }
  research_group:
    parent: organic
    unique_users: { min: 5, max: 50 }
    working_hours_ratio: { min: 0.35 }
    downloads_per_user: { max: 100 }
  casual_bulk:
    parent: organic
    unique_users: { max: 10 }
    downloads_per_user: { min: 30, max: 300 }
    working_hours_ratio: { min: 0.3 }
  scraper_bot: { parent: bot, unique_users: { min: 5000 }, downloads_per_user: { max: 20 } }
  crawler_bot: { parent: bot, unique_users: { min: 1000, max: 5000 }, downloads_per_user: { min: 20, max: 100 } }
  coordinated_bot: { parent: bot, user_coordination_score: { min: 0.7 }, unique_users: { min: 500 } }
  generic_bot: { parent: bot }
  mirror: { parent: legitimate_automation, downloads_per_user: { min: 500 }, unique_users: { max: 10 } }
  institutional_hub:
    parent: legitimate_automation
    total_downloads: { min: 50000 }
    downloads_per_user: { min: 50, max: 500 }
    working_hours_ratio: { min: 0.25 }
  ci_cd_pipeline: { parent: legitimate_automation, unique_users: { max: 10 }, regularity_score: { min: 0.7 } }
  course_workshop:
    parent: legitimate_automation
    unique_users: { min: 20, max: 200 }
    downloads_per_user: { min: 3, max: 30 }
    working_hours_ratio: { min: 0.4 }
  data_aggregator: { parent: legitimate_automation, downloads_per_user: { min: 100 }, unique_users: { max: 50 } }
`;
