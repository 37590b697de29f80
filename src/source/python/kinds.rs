//! The grammar's node kinds as an enum, so that lowering compares numbers and a misspelt kind does not compile.

macro_rules! kinds {
    (nodes: $($node:literal $variant:ident),* $(,)?; tokens: $($token:literal $token_variant:ident),* $(,)?) => {
        /// What a tree node is. `Other` stands for kinds that lowering never asks about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum K {
            Other,
            Error,
            $($variant,)*
            $($token_variant,)*
        }

        impl K {
            /// The kind behind the grammar's name for a node (`named`) or a token.
            pub(super) fn of(name: &str, named: bool) -> Self {
                if named {
                    match name {
                        $($node => Self::$variant,)*
                        _ => Self::Other,
                    }
                } else {
                    match name {
                        $($token => Self::$token_variant,)*
                        _ => Self::Other,
                    }
                }
            }
        }
    };
}

kinds! {
    nodes:
    "module" Module, "comment" Comment, "line_continuation" LineContinuation,
    "import_statement" ImportStatement, "import_from_statement" ImportFromStatement,
    "future_import_statement" FutureImportStatement, "relative_import" RelativeImport, "import_prefix" ImportPrefix,
    "dotted_name" DottedName, "aliased_import" AliasedImport, "wildcard_import" WildcardImport,
    "print_statement" PrintStatement, "chevron" Chevron, "exec_statement" ExecStatement,
    "assert_statement" AssertStatement, "expression_statement" ExpressionStatement,
    "return_statement" ReturnStatement, "delete_statement" DeleteStatement, "raise_statement" RaiseStatement,
    "pass_statement" PassStatement, "break_statement" BreakStatement, "continue_statement" ContinueStatement,
    "global_statement" GlobalStatement, "nonlocal_statement" NonlocalStatement,
    "type_alias_statement" TypeAliasStatement, "if_statement" IfStatement, "elif_clause" ElifClause,
    "else_clause" ElseClause, "match_statement" MatchStatement, "case_clause" CaseClause,
    "for_statement" ForStatement, "while_statement" WhileStatement, "try_statement" TryStatement,
    "except_clause" ExceptClause, "finally_clause" FinallyClause, "with_statement" WithStatement,
    "with_clause" WithClause, "with_item" WithItem, "function_definition" FunctionDefinition,
    "class_definition" ClassDefinition, "decorated_definition" DecoratedDefinition, "decorator" Decorator,
    "block" Block, "parameters" Parameters, "lambda_parameters" LambdaParameters,
    "typed_parameter" TypedParameter, "default_parameter" DefaultParameter,
    "typed_default_parameter" TypedDefaultParameter, "list_splat_pattern" ListSplatPattern,
    "dictionary_splat_pattern" DictionarySplatPattern, "keyword_separator" KeywordSeparator,
    "positional_separator" PositionalSeparator, "tuple_pattern" TuplePattern, "list_pattern" ListPattern,
    "pattern_list" PatternList, "expression_list" ExpressionList, "list_splat" ListSplat,
    "dictionary_splat" DictionarySplat, "argument_list" ArgumentList, "keyword_argument" KeywordArgument,
    "named_expression" NamedExpression, "as_pattern" AsPattern, "as_pattern_target" AsPatternTarget,
    "identifier" Identifier, "string" String, "concatenated_string" ConcatenatedString,
    "string_start" StringStart, "string_content" StringContent, "string_end" StringEnd,
    "interpolation" Interpolation, "type_conversion" TypeConversion, "format_specifier" FormatSpecifier,
    "format_expression" FormatExpression, "integer" Integer, "float" Float, "true" True, "false" False,
    "none" None, "ellipsis" Ellipsis, "comparison_operator" ComparisonOperator, "not_operator" NotOperator,
    "boolean_operator" BooleanOperator, "binary_operator" BinaryOperator, "unary_operator" UnaryOperator,
    "lambda" Lambda, "conditional_expression" ConditionalExpression, "await" Await, "yield" Yield,
    "attribute" Attribute, "subscript" Subscript, "slice" Slice, "call" Call, "list" List,
    "list_comprehension" ListComprehension, "dictionary" Dictionary,
    "dictionary_comprehension" DictionaryComprehension, "set" Set, "set_comprehension" SetComprehension,
    "tuple" Tuple, "parenthesized_expression" ParenthesizedExpression,
    "generator_expression" GeneratorExpression, "pair" Pair, "for_in_clause" ForInClause,
    "if_clause" IfClause, "assignment" Assignment, "augmented_assignment" AugmentedAssignment,
    "type" Type, "splat_type" SplatType, "generic_type" GenericType, "union_type" UnionType,
    "constrained_type" ConstrainedType, "member_type" MemberType, "type_parameter" TypeParameter,
    "case_pattern" CasePattern, "keyword_pattern" KeywordPattern, "class_pattern" ClassPattern,
    "splat_pattern" SplatPattern, "union_pattern" UnionPattern, "dict_pattern" DictPattern,
    "complex_pattern" ComplexPattern;
    tokens:
    "(" LeftParen, ")" RightParen, "[" LeftBracket, "]" RightBracket, "{" LeftBrace, "}" RightBrace,
    "," Comma, ":" Colon, ";" Semicolon, "." Dot, "=" Equal, ":=" Walrus, "->" Arrow, "@" At, "_" Underscore,
    "+" Plus, "-" Minus, "*" Star, "/" Slash, "%" Percent, "//" SlashSlash, "**" StarStar, "|" Pipe, "&" Ampersand,
    "^" Caret, "<<" LessLess, ">>" GreaterGreater, "~" Tilde, "<" Less, "<=" LessEqual, "==" EqualEqual,
    "!=" NotEqual, ">=" GreaterEqual, ">" Greater, "<>" LessGreater,
    "+=" PlusEqual, "-=" MinusEqual, "*=" StarEqual, "/=" SlashEqual, "@=" AtEqual, "//=" SlashSlashEqual,
    "%=" PercentEqual, "**=" StarStarEqual, ">>=" GreaterGreaterEqual, "<<=" LessLessEqual,
    "&=" AmpersandEqual, "^=" CaretEqual, "|=" PipeEqual,
    "in" KwIn, "not in" NotIn, "is" KwIs, "is not" IsNot, "not" KwNot, "and" KwAnd, "or" KwOr,
    "async" KwAsync, "from" KwFrom, "import" KwImport, "as" KwAs, "if" KwIf, "else" KwElse, "elif" KwElif,
    "except" KwExcept, "finally" KwFinally, "try" KwTry, "for" KwFor, "while" KwWhile, "with" KwWith,
    "def" KwDef, "class" KwClass, "return" KwReturn, "yield" KwYield, "lambda" KwLambda, "match" KwMatch,
    "case" KwCase, "type" KwType, "print" KwPrint, "exec" KwExec, "global" KwGlobal, "nonlocal" KwNonlocal,
    "del" KwDel, "raise" KwRaise, "assert" KwAssert, "await" KwAwait,
}

macro_rules! fields {
    ($($name:literal $variant:ident),* $(,)?) => {
        /// The role of a node in its parent, where the grammar names one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum F {
            None,
            $($variant,)*
        }

        impl F {
            /// The field behind the grammar's name.
            pub(super) fn of(name: &str) -> Self {
                match name {
                    $($name => Self::$variant,)*
                    _ => Self::None,
                }
            }
        }
    };
}

fields! {
    "name" Name, "alias" Alias, "module_name" ModuleName, "argument" Argument, "value" Value, "cause" Cause,
    "condition" Condition, "consequence" Consequence, "alternative" Alternative, "body" Body,
    "subject" Subject, "guard" Guard, "left" Left, "right" Right, "type_parameters" TypeParameters,
    "parameters" Parameters, "return_type" ReturnType, "superclasses" Superclasses, "definition" Definition,
    "key" Key, "type" Type, "operator" Operator, "operators" Operators, "object" Object,
    "attribute" Attribute, "subscript" Subscript, "function" Function, "arguments" Arguments,
    "expression" Expression, "type_conversion" TypeConversion, "format_specifier" FormatSpecifier, "code" Code,
}

impl K {
    /// Whether a node carries meaning of its own: neither punctuation nor a keyword.
    pub(super) const fn is_part(self) -> bool {
        (self as u8) < Self::LeftParen as u8 && !matches!(self, Self::Other)
    }
}
