select month, sum(downloads) as downloads, sum(downloads_of_people) as downloads_of_people
from {{ ref('clean_downloads') }}
group by month
order by month
