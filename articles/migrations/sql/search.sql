-- What the vectors of articles_searchdocument are computed with (PostgreSQL's full-text search). Nothing
-- here depends on the database's locale or on search_path, so that a database that was restored
-- computes the same.

-- The same as people.folding.fold, step by step; tests/people/test_folding.py compares both. COST
-- tells the planner that an index costs less than to fold each row again.
CREATE FUNCTION newsroom_fold(words text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT COST 5000 AS $$
DECLARE
    t text COLLATE "C" := words;
BEGIN
    IF t ~ '[^\x01-\x7f]' THEN
        t := regexp_replace(t, '[\u00b4\u1fbd\u1fbf\u1ffd]', '''', 'g');
        t := regexp_replace(t, '[\u2120\u2122]', '', 'g');
        t := regexp_replace(t, '([^\x01-\x20²³¹⁰⁴-⁹⁺⁻])([²³¹⁰⁴-⁹⁺⁻])', '\1^\2', 'g');
        t := regexp_replace(t, '([0-9٠-٩۰-۹])([₀-₉])', '\1_\2', 'g');
        t := regexp_replace(
            t, '([0-9٠-٩۰-۹])([¼-¾⅐-⅟↉①-⒛⓪㈠-㋿㍘-㍰㏠-㏾\U0001f100-\U0001f10a])', '\1 \2', 'g'
        );
        t := regexp_replace(
            normalize(t, NFKD),
            '[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5'
            '\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0'
            '\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3'
            '\U0001d173-\U0001d17a\U000e0000-\U000e0fff]',
            '', 'g'
        );
        -- lower() of anything but ASCII depends on the locale. Greek, Cyrillic, Armenian:
        IF t ~ '[\u0100-\u058f]' THEN
            t := translate(
                t,
                'ŊƁƂƄƆƇƊƋƎƏƐƑƓƔƖƘƜƝƢƤƦƧƩƬƮƱƲƳƷƸƼǶǷȜȠȢȤȽɁɃɅɊͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ'
                'ϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸ'
                'ѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮ'
                'ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖ',
                'ŋɓƃƅɔƈɗƌǝəɛƒɠɣɩƙɯɲƣƥʀƨʃƭʈʊʋƴʒƹƽƕƿȝƞȣȥƚɂƀʌɋͱͳͷϳαβγδεζηθικλμνξοπρστυφχψω'
                'ϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹ'
                'ѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯ'
                'աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ'
            );
        END IF;
        -- ... and all the others:
        IF t ~ '[\u10a0-\u10cd\u13a0-\u13f5\u1c90-\u1cbf\u1efa-\u1efe\u2132-\u2132\u2183-\u2183\u2c00-\u2cf2\ua640-\ua69a\ua722-\ua7f5\U00010400-\U00010427\U000104b0-\U000104d3\U00010570-\U00010595\U00010c80-\U00010cb2\U000118a0-\U000118bf\U00016e40-\U00016e5f\U0001e900-\U0001e921]' THEN
            t := translate(
                t,
                'ႠႡႢႣႤႥႦႧႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼᎽ'
                'ᎾᎿᏀᏁᏂᏃᏄᏅᏆᏇᏈᏉᏊᏋᏌᏍᏎᏏᏐᏑᏒᏓᏔᏕᏖᏗᏘᏙᏚᏛᏜᏝᏞᏟᏠᏡᏢᏣᏤᏥᏦᏧᏨᏩᏪᏫᏬᏭᏮᏯᏰᏱᏲᏳᏴᏵᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝ'
                'ᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿỺỼỾℲↃⰀⰁⰂⰃⰄⰅⰆⰇⰈⰉⰊⰋⰌⰍⰎⰏⰐⰑⰒⰓⰔⰕⰖⰗⰘⰙⰚⰛⰜⰝⰞⰟⰠ'
                'ⰡⰢⰣⰤⰥⰦⰧⰨⰩⰪⰫⰬⰭⰮⰯⱠⱢⱤⱧⱩⱫⱭⱮⱯⱰⱲⱵⱾⱿⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘⲚⲜⲞⲠⲢⲤⲦⲨⲪⲬⲮⲰⲲⲴⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊⳌⳎⳐ'
                'ⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲꙀꙂꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌꚎꚐꚒꚔꚖꚘꚚꜢꜤꜦꜨꜪꜬꜮꜲꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊꝌ'
                'ꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨꝪꝬꝮꝹꝻꝽꝾꞀꞂꞄꞆꞋꞍꞐꞒꞖꞘꞚꞜꞞꞠꞢꞤꞦꞨꞪꞫꞬꞭꞮꞰꞱꞲꞳꞴꞶꞸꞺꞼꞾꟀꟂꟄꟅꟆꟇꟉꟐꟖꟘꟵ𐐀𐐁𐐂𐐃𐐄'
                '𐐅𐐆𐐇𐐈𐐉𐐊𐐋𐐌𐐍𐐎𐐏𐐐𐐑𐐒𐐓𐐔𐐕𐐖𐐗𐐘𐐙𐐚𐐛𐐜𐐝𐐞𐐟𐐠𐐡𐐢𐐣𐐤𐐥𐐦𐐧𐒰𐒱𐒲𐒳𐒴𐒵𐒶𐒷𐒸𐒹𐒺𐒻𐒼𐒽𐒾𐒿𐓀𐓁𐓂𐓃𐓄𐓅𐓆𐓇𐓈𐓉𐓊𐓋𐓌𐓍𐓎𐓏𐓐𐓑𐓒'
                '𐓓𐕰𐕱𐕲𐕳𐕴𐕵𐕶𐕷𐕸𐕹𐕺𐕼𐕽𐕾𐕿𐖀𐖁𐖂𐖃𐖄𐖅𐖆𐖇𐖈𐖉𐖊𐖌𐖍𐖎𐖏𐖐𐖑𐖒𐖔𐖕𐲀𐲁𐲂𐲃𐲄𐲅𐲆𐲇𐲈𐲉𐲊𐲋𐲌𐲍𐲎𐲏𐲐𐲑𐲒𐲓𐲔𐲕𐲖𐲗𐲘𐲙𐲚𐲛𐲜𐲝𐲞𐲟𐲠𐲡'
                '𐲢𐲣𐲤𐲥𐲦𐲧𐲨𐲩𐲪𐲫𐲬𐲭𐲮𐲯𐲰𐲱𐲲𑢠𑢡𑢢𑢣𑢤𑢥𑢦𑢧𑢨𑢩𑢪𑢫𑢬𑢭𑢮𑢯𑢰𑢱𑢲𑢳𑢴𑢵𑢶𑢷𑢸𑢹𑢺𑢻𑢼𑢽𑢾𑢿𖹀𖹁𖹂𖹃𖹄𖹅𖹆𖹇𖹈𖹉𖹊𖹋𖹌𖹍𖹎𖹏𖹐𖹑𖹒𖹓𖹔'
                '𖹕𖹖𖹗𖹘𖹙𖹚𖹛𖹜𖹝𖹞𖹟𞤀𞤁𞤂𞤃𞤄𞤅𞤆𞤇𞤈𞤉𞤊𞤋𞤌𞤍𞤎𞤏𞤐𞤑𞤒𞤓𞤔𞤕𞤖𞤗𞤘𞤙𞤚𞤛𞤜𞤝𞤞𞤟𞤠𞤡',
                'ⴀⴁⴂⴃⴄⴅⴆⴇⴈⴉⴊⴋⴌⴍⴎⴏⴐⴑⴒⴓⴔⴕⴖⴗⴘⴙⴚⴛⴜⴝⴞⴟⴠⴡⴢⴣⴤⴥⴧⴭꭰꭱꭲꭳꭴꭵꭶꭷꭸꭹꭺꭻꭼꭽꭾꭿꮀꮁꮂꮃꮄꮅꮆꮇꮈꮉꮊꮋꮌꮍ'
                'ꮎꮏꮐꮑꮒꮓꮔꮕꮖꮗꮘꮙꮚꮛꮜꮝꮞꮟꮠꮡꮢꮣꮤꮥꮦꮧꮨꮩꮪꮫꮬꮭꮮꮯꮰꮱꮲꮳꮴꮵꮶꮷꮸꮹꮺꮻꮼꮽꮾꮿᏸᏹᏺᏻᏼᏽაბგდევზთიკლმნო'
                'პჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿỻỽỿⅎↄⰰⰱⰲⰳⰴⰵⰶⰷⰸⰹⰺⰻⰼⰽⰾⰿⱀⱁⱂⱃⱄⱅⱆⱇⱈⱉⱊⱋⱌⱍⱎⱏⱐ'
                'ⱑⱒⱓⱔⱕⱖⱗⱘⱙⱚⱛⱜⱝⱞⱟⱡɫɽⱨⱪⱬɑɱɐɒⱳⱶȿɀⲁⲃⲅⲇⲉⲋⲍⲏⲑⲓⲕⲗⲙⲛⲝⲟⲡⲣⲥⲧⲩⲫⲭⲯⲱⲳⲵⲷⲹⲻⲽⲿⳁⳃⳅⳇⳉⳋⳍⳏⳑ'
                'ⳓⳕⳗⳙⳛⳝⳟⳡⳣⳬⳮⳳꙁꙃꙅꙇꙉꙋꙍꙏꙑꙓꙕꙗꙙꙛꙝꙟꙡꙣꙥꙧꙩꙫꙭꚁꚃꚅꚇꚉꚋꚍꚏꚑꚓꚕꚗꚙꚛꜣꜥꜧꜩꜫꜭꜯꜳꜵꜷꜹꜻꜽꜿꝁꝃꝅꝇꝉꝋꝍ'
                'ꝏꝑꝓꝕꝗꝙꝛꝝꝟꝡꝣꝥꝧꝩꝫꝭꝯꝺꝼᵹꝿꞁꞃꞅꞇꞌɥꞑꞓꞗꞙꞛꞝꞟꞡꞣꞥꞧꞩɦɜɡɬɪʞʇʝꭓꞵꞷꞹꞻꞽꞿꟁꟃꞔʂᶎꟈꟊꟑꟗꟙꟶ𐐨𐐩𐐪𐐫𐐬'
                '𐐭𐐮𐐯𐐰𐐱𐐲𐐳𐐴𐐵𐐶𐐷𐐸𐐹𐐺𐐻𐐼𐐽𐐾𐐿𐑀𐑁𐑂𐑃𐑄𐑅𐑆𐑇𐑈𐑉𐑊𐑋𐑌𐑍𐑎𐑏𐓘𐓙𐓚𐓛𐓜𐓝𐓞𐓟𐓠𐓡𐓢𐓣𐓤𐓥𐓦𐓧𐓨𐓩𐓪𐓫𐓬𐓭𐓮𐓯𐓰𐓱𐓲𐓳𐓴𐓵𐓶𐓷𐓸𐓹𐓺'
                '𐓻𐖗𐖘𐖙𐖚𐖛𐖜𐖝𐖞𐖟𐖠𐖡𐖣𐖤𐖥𐖦𐖧𐖨𐖩𐖪𐖫𐖬𐖭𐖮𐖯𐖰𐖱𐖳𐖴𐖵𐖶𐖷𐖸𐖹𐖻𐖼𐳀𐳁𐳂𐳃𐳄𐳅𐳆𐳇𐳈𐳉𐳊𐳋𐳌𐳍𐳎𐳏𐳐𐳑𐳒𐳓𐳔𐳕𐳖𐳗𐳘𐳙𐳚𐳛𐳜𐳝𐳞𐳟𐳠𐳡'
                '𐳢𐳣𐳤𐳥𐳦𐳧𐳨𐳩𐳪𐳫𐳬𐳭𐳮𐳯𐳰𐳱𐳲𑣀𑣁𑣂𑣃𑣄𑣅𑣆𑣇𑣈𑣉𑣊𑣋𑣌𑣍𑣎𑣏𑣐𑣑𑣒𑣓𑣔𑣕𑣖𑣗𑣘𑣙𑣚𑣛𑣜𑣝𑣞𑣟𖹠𖹡𖹢𖹣𖹤𖹥𖹦𖹧𖹨𖹩𖹪𖹫𖹬𖹭𖹮𖹯𖹰𖹱𖹲𖹳𖹴'
                '𖹵𖹶𖹷𖹸𖹹𖹺𖹻𖹼𖹽𖹾𖹿𞤢𞤣𞤤𞤥𞤦𞤧𞤨𞤩𞤪𞤫𞤬𞤭𞤮𞤯𞤰𞤱𞤲𞤳𞤴𞤵𞤶𞤷𞤸𞤹𞤺𞤻𞤼𞤽𞤾𞤿𞥀𞥁𞥂𞥃'
            );
        END IF;
        t := regexp_replace(
            t,
            '(^|[^\u0300-\u0337\u0339-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0400-\u052f])'
            '[\u0300-\u0337\u0339-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+',
            '\1', 'g'
        );
        IF t ~ '[\u0400-\u052f][\u0300\u0301\u0308]' THEN
            t := regexp_replace(t, '([еЕ])[\u0300\u0301\u0308]+', '\1', 'g');
            t := regexp_replace(t, '([аиоуыэюяіїєѣѵ])[\u0300\u0301]+', '\1', 'g');
        END IF;
        t := regexp_replace(
            t,
            '[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u0652'
            '\u0654-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]',
            '', 'g'
        );
        t := translate(
            t,
            '‐‑‒–−־‘’‚‛′‵‹›ʹʻʼʽ׳“”„‟«»〝〞〟「」『』״⁄∕،؛؟۔٪٫٬٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹كڪيىهەةٱ'
            'ŁłØøĐđÐðĦħŦŧıȷƀɃƉɖƗɨȺⱥȻȼɆɇǤǥɈɉⱣᵽɌɍȾⱦɄʉɎɏƵƶƟɵς',
            '------''''''''''''''''''''''''''""""""""""""""//,;?.%.,01234567890123456789ککییہہۃا'
            'LlOoDdDdHhTtijbBDdIiAaCcEeGgJjPpRrTtUuYyZzOoσ'
        );
        t := replace(t, 'ß', 'ss');
        t := replace(t, 'ẞ', 'ss');
        t := replace(t, 'æ', 'ae');
        t := replace(t, 'Æ', 'ae');
        t := replace(t, 'œ', 'oe');
        t := replace(t, 'Œ', 'oe');
        t := replace(t, 'þ', 'th');
        t := replace(t, 'Þ', 'th');
    END IF;
    t := translate(lower(t), '`', '''');
    t := regexp_replace(t, '[\u2014\u2015\u2e3a\u2e3b]|--+', ' - ', 'g');
    t := regexp_replace(t, '[\x01-\x20\x7f-\x9f\u1680\u2028\u2029]+', ' ', 'g');
    RETURN normalize(btrim(t, ' '), NFC);
END $$;

-- The words of folded text with blanks between them. Of a script without blanks every two characters
-- that stand side by side are a word, and the last one alone: 北京大学 is 北京 京大 大学 学. What a hyphen or
-- an apostrophe joins stands at the end again, as one word: covid-19 is covid 19 … covid19.
-- articles/search/syntax.py asks for the same words.
CREATE FUNCTION newsroom_words(folded text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT COST 5000 AS $$
DECLARE
    t text COLLATE "C" := folded;
    between CONSTANT text :=
        '\x01-/:-@\[-`{-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u02c2-\u02df\u037e\u0387'
        '\u055a-\u055f\u0589\u05be\u05c0\u05c3\u05f3\u05f4\u060b-\u060d\u061b\u061e\u061f'
        '\u066a-\u066d\u06d4\u0964\u0965\u0e4f\u0e5a\u104a-\u104f\u17d4-\u17da\u2010-\u206f'
        '\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f\u3001-\u3004\u3008-\u3020\u3030\u30a0\u30fb'
        '\ue000-\uf8ff\ufffc\ufffd\U0001f000-\U0001faff';
    unspaced CONSTANT text COLLATE "C" :=
        '[\u0e01-\u0e4e\u0e80-\u0eff\u1000-\u1049\u1050-\u109f\u1780-\u17d3\u2e80-\u2fdf\u3005'
        '-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-'
        '\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\uac00-\ud7a3]';
    compounds text;
BEGIN
    IF t ~ '[-'']' THEN
        compounds := (
            SELECT string_agg(translate(compound[1], '-''', ''), ' ')
            FROM regexp_matches(
                t, format('[^%1$s]+(?:-[^%1$s]+|''[^%1$s]{2,})+', between), 'g'
            ) AS compound
        );
    END IF;
    t := regexp_replace(t, '[' || between || ']+', ' ', 'g');
    IF t ~ unspaced THEN
        t := (
            SELECT string_agg(
                CASE
                    WHEN sign !~ unspaced THEN sign
                    WHEN following ~ unspaced THEN ' ' || sign || following || ' '
                    ELSE ' ' || sign || ' '
                END,
                '' ORDER BY place
            )
            FROM (
                SELECT sign, place, lead(sign) OVER (ORDER BY place) AS following
                FROM unnest(string_to_array(t, NULL)) WITH ORDINALITY AS row(sign, place)
            ) AS signs
        );
    END IF;
    RETURN t || coalesce(' ' || compounds, '');
END $$;

-- Stems by weight. The configuration russian stems words of ASCII letters as english does.
CREATE FUNCTION newsroom_search_vector(title text, names text, summary text, body text)
    RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN setweight(to_tsvector('russian'::regconfig, newsroom_words(newsroom_fold(title))), 'A')
        || setweight(to_tsvector('russian'::regconfig, newsroom_words(newsroom_fold(names))), 'B')
        || setweight(to_tsvector('russian'::regconfig, newsroom_words(newsroom_fold(summary))), 'B')
        || setweight(
            to_tsvector('russian'::regconfig, newsroom_words(newsroom_fold(left(body, 400000)))), 'C'
        );

-- Words of titles and names as they are written.
CREATE FUNCTION newsroom_title_vector(title text, names text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN setweight(to_tsvector('simple'::regconfig, newsroom_words(newsroom_fold(title))), 'A')
        || to_tsvector('simple'::regconfig, newsroom_words(newsroom_fold(names)));

-- By what a search is narrowed, as words of the same vectors, so that one index finds words and marks
-- together. No text has a word with “=”. Only articles are looked for by language and time; months are
-- those of UTC. search/query.py asks for them.
CREATE FUNCTION newsroom_marks(kind text, language text, at timestamptz, named uuid[])
    RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(
        ARRAY['kind=' || kind]
        || CASE WHEN kind = 'article' THEN ARRAY[
            'language=' || language,
            'year=' || extract(year FROM at AT TIME ZONE 'UTC')::text,
            'month=' || extract(year FROM at AT TIME ZONE 'UTC')::text
                || '-' || extract(month FROM at AT TIME ZONE 'UTC')::text
        ] END
        || ARRAY(SELECT 'of=' || one FROM unnest(named) AS one)
    );

-- Both vectors of a search document. Of what is no article the time makes no difference.
CREATE FUNCTION newsroom_document_vectors(
    kind text, language text, at timestamptz, named uuid[],
    title text, names text, summary text, body text,
    OUT search_vector tsvector, OUT title_vector tsvector
) LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT newsroom_search_vector(title, names, summary, body) || marks,
        newsroom_title_vector(title, names) || marks
    FROM newsroom_marks(kind, language, at, named) AS marks;
END;

-- The desk's search: words as they are written, with indexes on the tables themselves. Those of
-- people are made here, because their migration comes before these functions. Without fastupdate a
-- search does not read what was written last row by row.
CREATE FUNCTION newsroom_lines(lines text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_string(lines, E'\n');

-- The words of markup: without tags, and with the signs that HTML writes as references.
CREATE FUNCTION newsroom_markup_words(markup text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN replace(replace(replace(replace(replace(
        regexp_replace(
            regexp_replace(left(markup, 400000), '</?(strong|em|sup|sub|a)( [^>]*)?>', '', 'g'),
            '<[^>]*>', ' ', 'g'
        ),
        '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&nbsp;', ' '), '&amp;', '&');

CREATE INDEX speaker_names ON people_speaker USING gin (
    newsroom_title_vector(name, newsroom_lines(name_variants::text[]))
) WITH (fastupdate = off);
CREATE INDEX organization_names ON people_organization USING gin (
    newsroom_title_vector(name, short_name)
) WITH (fastupdate = off);
CREATE INDEX affiliation_title ON people_affiliation USING gin (
    newsroom_title_vector(title, '')
) WITH (fastupdate = off);
