"""Who stands where and when: segments, posts, pools of people, rosters of a month, what is likely to be missing, calendars.

``arithmetic`` knows no Django. What people did is never added up per person for others to see: a roster is even by its sums, and shows who is on
duty, not who did how much.
"""
