select
    accession,
    date_trunc('month', timestamp) as month,
    country,
    count(*) as downloads,
    count(*) filter (is_organic) as downloads_of_people,
    count(distinct "user") as users
from {{ source('deeplogbot', 'annotated') }}
where not is_bot and behavior_type <> 'filtered'
group by all
