"""What a volunteer's record holds beside hours (民政部令第67号, 志愿服务条例第十九条): commendations, appraisals, objections to what stands in
it, and complaints about a service, which stand in no record. docs/volunteer-records.md says where each demand of the rules is honoured."""
